import sys

from chaosgate._command import main

# Python calls it by the path of this file.
sys.argv[0] = "chaosgate"
main()
