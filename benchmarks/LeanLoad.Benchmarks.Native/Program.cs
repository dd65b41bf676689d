using System.Globalization;
using LeanLoad.Benchmarks.Counting;

// leanload-benchmarks [OPERATIONS]: a line for each benchmark, its name and the bytes of that many operations.
var operations = args is [var count] ? int.Parse(count, CultureInfo.InvariantCulture) : Repetition.Operations;
foreach (var operation in OperationList.Of(typeof(OperationList).Assembly))
{
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"{operation.Name}\t{Repetition.AllocatedBytes(operation, operations)}"));
}
