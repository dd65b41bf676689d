using CsCheck;
using LeanLoad.Profiler.Symbols;
using Xunit;

namespace LeanLoad.Tests.Symbols;

/// <summary>The symbols are real, read with <c>nm</c> from published programs, but for those marked.</summary>
public sealed class TypeNamesTests
{
    readonly TypeNames names = new(["scratch-agent"]);

    [Theory]
    [InlineData("_ZTV6String", "string")]
    [InlineData("_ZTV14__Array<UInt8>", "byte[]")]
    [InlineData("_ZTV23__Array<__Array<Int32>>", "int[][]")]
    [InlineData("_ZTV45__MDArray<scratch_agent_Scratch_App_Device,2>", "Scratch.App.Device[,]")]
    [InlineData("_ZTV14UInt8<Pointer>", "byte*")]
    [InlineData("_ZTV11Boxed_Int32", "int (boxed)")]
    [InlineData("_ZTV28S_P_CoreLib_System_ValueType", "System.ValueType")]
    [InlineData("_ZTV32scratch_agent_Scratch_App_Device", "Scratch.App.Device")]
    [InlineData("_ZTV42scratch_agent_Scratch_App_Outer_Inner_Deep", "Scratch.App.Outer.Inner.Deep")]
    [InlineData("_ZTV36Boxed_scratch_agent_Scratch_App_Mode", "Scratch.App.Mode (boxed)")]
    [InlineData("_ZTV21scratch_agent_Program", "Program")]
    [InlineData("_ZTV42scratch_agent_Program___c__DisplayClass0_0", "Program.<>c__DisplayClass0_0")]
    [InlineData("_ZTV41Boxed_scratch_agent_Program___Main___d__0", "Program.<Main>d__0 (boxed)")]
    public void Plain_types_arrays_and_compiler_generated_ones(string symbol, string name) =>
        Assert.Equal(name, names.FromSymbol(symbol));

    [Theory]
    [InlineData("_ZTV47scratch_agent_Scratch_App_Outer_Device_1<Int32>", "Scratch.App.Outer.Device<int>")]
    [InlineData(
        "_ZTV90scratch_agent_Scratch_App_Outer_Device_1_Nested_1<Int32__scratch_agent_Scratch_App_Device>",
        "Scratch.App.Outer.Device<int>.Nested<Scratch.App.Device>")]
    [InlineData(
        "_ZTV114scratch_agent_Scratch_App_Pair_2<Int32__scratch_agent_Scratch_App_Pair_2<Int64__scratch_agent_Scratch_App_Device>>",
        "Scratch.App.Pair<int, Scratch.App.Pair<long, Scratch.App.Device>>")]
    [InlineData(
        "_ZTV122S_P_CoreLib_System_Collections_Generic_List_1<S_P_CoreLib_System_Collections_Generic_Dictionary_2<String____Array<Int32>>>",
        "System.Collections.Generic.List<System.Collections.Generic.Dictionary<string, int[]>>")]
    [InlineData(
        "_ZTV106Boxed_S_P_CoreLib_System_Collections_Generic_Dictionary_2_KeyCollection_Enumerator<String____Array<Int32>>",
        "System.Collections.Generic.Dictionary<string, int[]>.KeyCollection.Enumerator (boxed)")]
    [InlineData("_ZTV70__Array<S_P_CoreLib_System_Nullable_1<scratch_agent_Scratch_App_Mode>>", "Scratch.App.Mode?[]")]
    [InlineData(
        "_ZTV139__Array<S_P_CoreLib_System_Collections_Generic_Dictionary_2_Entry<S_P_CoreLib_System_Guid__S_P_CoreLib_System_ValueTuple_2<Int32__String>>>",
        "System.Collections.Generic.Dictionary<System.Guid, System.ValueTuple<int, string>>.Entry[]")]
    [InlineData("_ZTV58S_P_CoreLib_System_Buffers_Any4SearchValues_2<Char__Int16>",
        "System.Buffers.Any4SearchValues<char, short>")]
    public void Type_arguments_go_where_they_belong(string symbol, string name) =>
        Assert.Equal(name, names.FromSymbol(symbol));

    [Theory]
    [InlineData(
        "_ZTV190S_P_CoreLib_System_Runtime_CompilerServices_AsyncTaskMethodBuilder_1_AsyncStateMachineBox_1<S_P_CoreLib_System_Threading_Tasks_VoidTaskResult__scratch_agent_Program____Main___g__Async_0_1_d>",
        "System.Runtime.CompilerServices.AsyncTaskMethodBuilder<System.Threading.Tasks.VoidTaskResult>.AsyncStateMachineBox<Program.<Main>g__Async|0_1 (async)>")]
    [InlineData(
        "_ZTV135S_P_CoreLib_System_Runtime_CompilerServices_AsyncTaskMethodBuilder_1_AsyncStateMachineBox_1<Int32__scratch_agent_Program___Main___d__0>",
        "System.Runtime.CompilerServices.AsyncTaskMethodBuilder<int>.AsyncStateMachineBox<Program.<Main>d__0>")]
    [InlineData(
        "_ZTV111S_P_CoreLib_System_Diagnostics_Tracing_PropertyValue_ReferenceTypeHelper_1___c__DisplayClass1_1<System___Canon>",
        "System.Diagnostics.Tracing.PropertyValue.ReferenceTypeHelper<__Canon>.<>c__DisplayClass1_1")]
    [InlineData(
        "_ZTV147S_P_CoreLib_System_Collections_Concurrent_ConcurrentQueue_1__Enumerate_d__26<System_Net_Sockets_System_Net_Sockets_SocketAsyncEngine_SocketIOEvent>",
        "System.Collections.Concurrent.ConcurrentQueue<System.Net.Sockets.SocketAsyncEngine.SocketIOEvent>.<Enumerate>d__26")]
    [InlineData("_ZTV40S_P_CoreLib_System_Enum___c__62_1<UInt8>", "System.Enum.<>c__62<byte>")]
    public void State_machines_and_closures_keep_their_method(string symbol, string name) =>
        Assert.Equal(name, names.FromSymbol(symbol));

    [Theory]
    [InlineData("_ZTVN3WKS6GCHeapE")] // a C++ class of the collector
    [InlineData("_ZTVN9libunwind12UnwindCursorINS_17LocalAddressSpaceENS_16Registers_x86_64EEE")]
    [InlineData("__SealedVTable__ZTV53S_P_CoreLib_System_SZGenericArrayEnumerator_1<UInt16>")]
    [InlineData("main")]
    [InlineData("_ZTV9String")] // made up: the length is wrong
    public void What_is_no_method_table_of_a_type_has_no_name(string symbol) => Assert.Null(names.FromSymbol(symbol));

    [Fact]
    public void An_assembly_nobody_named_is_recognized_where_it_is_its_root_namespace() =>
        Assert.Equal("Some.Library.Thing", names.FromMangled("Some_Library_Some_Library_Thing")); // made up

    [Fact]
    public void Any_text_gets_some_name_and_never_throws() =>
        Gen.String[Gen.Char["_<>,12aBInt32cDd"], 0, 40]
            .Sample(text => Assert.NotNull(names.FromMangled(text)), iter: 20_000);
}
