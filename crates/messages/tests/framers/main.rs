//! Framers against real bytes, against readers that others have made, and for any segmentation.

mod dns;
mod hickory;
mod http1;
mod http1_h11;
mod length;
mod lines;
mod pattern;
mod postgresql;
mod postgresql_protocol;
mod redis;
mod redis_protocol;
mod segmentation;
mod talk;
