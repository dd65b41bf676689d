return await LeanLoad.LoadTest.RunAsync(args);
