//! The JSON that server and command line speak: requests, replies, problem codes.
