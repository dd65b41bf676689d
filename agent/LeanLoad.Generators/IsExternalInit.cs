namespace System.Runtime.CompilerServices;

/// <summary>What the compiler asks for before it allows records and <c>init</c>; netstandard2.0 lacks it.</summary>
static class IsExternalInit;
