return LeanLoad.Benchmarking.LoadBenchmarks.Run(args, typeof(LeanLoad.TestLoad.Benchmarks.ShopperBenchmarks).Assembly);
