LeanLoad.HungryLoad.Witness.Begin();
if (Environment.GetEnvironmentVariable("HUNGRY_OWN_HANDLER") is not null)
{
    System.Runtime.ExceptionServices.ExceptionHandling.SetUnhandledExceptionHandler(static _ => true);
}

return await LeanLoad.LoadTest.RunAsync(args);
