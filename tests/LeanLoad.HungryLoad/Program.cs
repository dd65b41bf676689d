LeanLoad.HungryLoad.Witness.Begin();
return await LeanLoad.LoadTest.RunAsync(args);
