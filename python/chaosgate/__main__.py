from chaosgate._command import main

main()
