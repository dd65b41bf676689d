// A load file of mishaps: each scenario does one thing that tests need to see from outside, in a process of its own.
using LeanLoad;

return await LoadTest.RunAsync(args);
