"""gRPC: what is spoken there, one service a file. It needs the package `grpcio`."""
