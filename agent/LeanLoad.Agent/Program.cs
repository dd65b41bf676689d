using LeanLoad;

return await LoadTest.RunAsync(args);
