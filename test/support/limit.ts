// For projects whose tests start nothing slow: a test that hangs fails within seconds, also on a busy machine.
jest.setTimeout(20_000);
