using Xunit;

namespace LeanLoad.Tests.Generators;

/// <summary>Each rule with its message's beginning, a load file that breaks it, and the same one mended.</summary>
static class MistakeTable
{
    public static TheoryData<string, string, string, string> Rows() => new()
    {
        {
            "LL001", "This program calls LoadTest.RunAsync, but declares no user, so there is nothing to run.",
            "return await LoadTest.RunAsync(args); class Hub : User { [LoadTask] public void Go() { } }",
            "return await LoadTest.RunAsync(args); [LoadUser] class Hub : User { [LoadTask] public void Go() { } }"
        },
        {
            "LL002", "'Outer.Hub' is private, protected or file-local, so the generated table cannot name it.",
            "class Outer { [LoadUser] class Hub : User { [LoadTask] public void Go() { } } }",
            "class Outer { [LoadUser] internal class Hub : User { [LoadTask] public void Go() { } } }"
        },
        {
            "LL002", "'Hub' is private, protected or file-local",
            "[LoadUser] file class Hub : User { [LoadTask] public void Go() { } }",
            "[LoadUser] class Hub : User { [LoadTask] public void Go() { } }"
        },
        {
            "LL002", "'Base.Go()' is private, protected or file-local",
            "abstract class Base : User { [LoadTask] protected void Go() { } } [LoadUser] class A : Base; [LoadUser] "
            + "class B : Base;",
            "abstract class Base : User { [LoadTask] internal void Go() { } } [LoadUser] class A : Base; [LoadUser] "
            + "class B : Base;"
        },
        {
            "LL002", "'Text.Make' is private, protected or file-local",
            "static class Text { [Bootstrap] static string Make() => \"\"; }",
            "static class Text { [Bootstrap] internal static string Make() => \"\"; }"
        },
        {
            "LL002", "'Outer.Options' is private, protected or file-local",
            "class Outer { [LoadSettings] protected record Options; }",
            "class Outer { [LoadSettings] protected internal record Options; }"
        },
        {
            "LL003", "'Hub' has the weight 0, but a weight is a share of 1 or more.",
            "[LoadUser(Weight = 0)] class Hub : User { [LoadTask] public void Go() { } }",
            "[LoadUser(Weight = 1)] class Hub : User { [LoadTask] public void Go() { } }"
        },
        {
            "LL003", "'Hub.Go()' has the weight -1",
            "[LoadUser] class Hub : User { [LoadTask(Weight = -1)] public void Go() { } }",
            "[LoadUser] class Hub : User { [LoadTask(Weight = 1)] public void Go() { } }"
        },
        {
            "LL010",
            "'Hub' is marked [LoadUser], but does not derive from LeanLoad.User. Derive it from User, or from HttpUser",
            "[LoadUser] class Hub { [LoadTask] public void Go() { } }",
            "[LoadUser] class Hub : HttpUser { [LoadTask] public void Go() { } }"
        },
        {
            "LL011", "'Hub' is marked [LoadUser], but is abstract, so no user can be made of it.",
            "[LoadUser] abstract class Hub : User { [LoadTask] public void Go() { } }",
            "abstract class Hub : User { [LoadTask] public void Go() { } } [LoadUser] class Blob : Hub;"
        },
        {
            "LL011", "'Hub<T>' is marked [LoadUser], but is generic",
            "[LoadUser] class Hub<T> : User { [LoadTask] public void Go() { } }",
            "class Hub<T> : User { [LoadTask] public void Go() { } } [LoadUser] class Blob : Hub<int>;"
        },
        {
            "LL011", "'Outer<T>.Hub' is marked [LoadUser], but is generic",
            "class Outer<T> { [LoadUser] internal class Hub : User { [LoadTask] public void Go() { } } }",
            "class Outer { [LoadUser] internal class Hub : User { [LoadTask] public void Go() { } } }"
        },
        {
            "LL012", "'Hub' has no task, so its users would do nothing. Mark a method with [LoadTask]",
            "[LoadUser] class Hub : User { public void Go() { } }",
            "[LoadUser] class Hub : User { [LoadTask] public void Go() { } }"
        },
        {
            "LL013", "'Hub' has no constructor that is public or internal, so it is not clear how to make a user.",
            "[LoadUser] class Hub : User { Hub() { } [LoadTask] public void Go() { } }",
            "[LoadUser] class Hub : User { internal Hub() { } [LoadTask] public void Go() { } }"
        },
        {
            "LL013", "'Hub' has 2 constructors",
            "[LoadUser] class Hub : User { public Hub() { } internal Hub(int a) { } [LoadTask] public void Go() { } }",
            "[LoadUser] class Hub : User { public Hub() { } Hub(int a) { } [LoadTask] public void Go() { } }"
        },
        {
            "LL013", "'Hub' has the required member 'Name', which its constructor does not set",
            "[LoadUser] class Hub : User { public required string Name { get; set; } [LoadTask] public void Go() { } }",
            """
            [LoadUser] class Hub : User
            {
                [System.Diagnostics.CodeAnalysis.SetsRequiredMembers] public Hub() => Name = "";
                public required string Name { get; set; }
                [LoadTask] public void Go() { }
            }
            """
        },
        {
            "LL014", "'Hub' asks for 'string name', but nothing in this project supplies the type 'string'. "
                + "Make it a [Bootstrap] result or a [LoadSettings] record.",
            "[LoadUser] class Hub(string name) : User { [LoadTask] public void Go() => GC.KeepAlive(name); }",
            """
            [LoadUser] class Hub(string name) : User { [LoadTask] public void Go() => GC.KeepAlive(name); }
            static class Name { [Bootstrap] public static string Make() => ""; }
            """
        },
        {
            "LL014", "'Hub' asks for 'CancellationToken cancel'",
            "[LoadUser] class Hub(CancellationToken cancel) : User { [LoadTask] public void Go() => "
            + "GC.KeepAlive(cancel); }",
            "[LoadUser] class Hub : User { [LoadTask] public void Go() { } }"
        },
        {
            "LL014", "'Hub' asks for 'ref Session session'",
            """
            [LoadUser] class Hub : User { public Hub(ref Session session) { } [LoadTask] public void Go() { } }
            class Session { [Bootstrap] public static Session Make() => new(); }
            """,
            """
            [LoadUser] class Hub : User { public Hub(in Session session) { } [LoadTask] public void Go() { } }
            class Session { [Bootstrap] public static Session Make() => new(); }
            """
        },
        {
            "LL015", "'Hub' belongs to the scenario 'Hub pull', which cannot be typed after --scenario.",
            "[LoadUser(Scenario = \"Hub pull\")] class Hub : User { [LoadTask] public void Go() { } }",
            "[LoadUser(Scenario = \"hub-pull\")] class Hub : User { [LoadTask] public void Go() { } }"
        },
        {
            "LL016", "'Hub' has Count = -1, but a class has a fixed number of users",
            "[LoadUser(Count = -1)] class Hub : User { [LoadTask] public void Go() { } }",
            "[LoadUser(Count = 1)] class Hub : User { [LoadTask] public void Go() { } }"
        },
        {
            "LL020",
            "'Hub.Go(int)' is marked [LoadTask], but has parameters; what it needs, take in the class's constructor.",
            "[LoadUser] class Hub : User { [LoadTask] public void Go(int times) { } }",
            "[LoadUser] class Hub : User { [LoadTask] public void Go() { } }"
        },
        {
            "LL020", "'Hub.Go()' is marked [LoadTask], but returns 'Task<int>'.",
            "[LoadUser] class Hub : User { [LoadTask] public Task<int> Go() => Task.FromResult(1); }",
            "[LoadUser] class Hub : User { [LoadTask] public Task Go() => Task.FromResult(1); }"
        },
        {
            "LL020", "'Hub.Go()' is marked [LoadTask], but is static.",
            "[LoadUser] class Hub : User { [LoadTask] public static void Go() { } }",
            "[LoadUser] class Hub : User { [LoadTask] public void Go() { } }"
        },
        {
            "LL020", "'Hub.Go<T>()' is marked [LoadTask], but is generic.",
            "[LoadUser] class Hub : User { [LoadTask] public void Go<T>() { } }",
            "[LoadUser] class Hub : User { [LoadTask] public void Go() { } }"
        },
        {
            "LL020", "'Hub.Go()' is marked [LoadTask], but is async void, so nobody could wait for it.",
            "[LoadUser] class Hub : User { [LoadTask] public async void Go() => await Task.Yield(); }",
            "[LoadUser] class Hub : User { [LoadTask] public async Task Go() => await Task.Yield(); }"
        },
        {
            "LL020", "'Hub.Go()' is marked [LoadTask], but stands in 'Hub', which does not derive from LeanLoad.User.",
            "class Hub { [LoadTask] public void Go() { } }",
            "class Hub : User { [LoadTask] public void Go() { } }"
        },
        {
            "LL021", "'Hub' has two tasks named 'Go', in 'Base' and 'Hub', which no report could tell apart.",
            """
            abstract class Base : User { [LoadTask] public void Go() { } }
            [LoadUser] class Hub : Base { [LoadTask] public new void Go() { } }
            """,
            """
            abstract class Base : User { [LoadTask] public virtual void Go() { } }
            [LoadUser] class Hub : Base { [LoadTask] public override void Go() { } }
            """
        },
        {
            "LL022", "'Hub.Go()' names the flow '/pay', which is not a name.",
            "[LoadUser] class Hub : User { [LoadTask(Flow = \"/pay\")] public void Go() { } }",
            "[LoadUser] class Hub : User { [LoadTask(Flow = \"buy/pay\")] public void Go() { } }"
        },
        {
            "LL022", "'Hub' names the flow ' pay', which is not a name.",
            "[LoadUser, Flow(\" pay\")] class Hub : User { [LoadTask(Flow = \"pay\")] public void Go() { } }",
            "[LoadUser, Flow(\"pay\")] class Hub : User { [LoadTask(Flow = \"pay\")] public void Go() { } }"
        },
        {
            "LL023", "'Hub' describes the flow 'pay', but no task of it is a step of that flow.",
            "[LoadUser, Flow(\"pay\")] class Hub : User { [LoadTask(Flow = \"payment\")] public void Go() { } }",
            "[LoadUser, Flow(\"pay\")] class Hub : User { [LoadTask(Flow = \"pay/later\")] public void Go() { } }"
        },
        {
            "LL030", "'Text.Make' is marked [Bootstrap], but is not static.",
            "class Text { [Bootstrap] public string Make() => \"\"; }",
            "class Text { [Bootstrap] public static string Make() => \"\"; }"
        },
        {
            "LL030", "'Text.Make' is marked [Bootstrap], but returns nothing that could be shared.",
            "class Text { [Bootstrap] public static Task Make() => Task.CompletedTask; }",
            "class Text { [Bootstrap] public static Task<string> Make() => Task.FromResult(\"\"); }"
        },
        {
            "LL030", "'Text.Make' is marked [Bootstrap], but is generic.",
            "class Text { [Bootstrap] public static List<T> Make<T>() => []; }",
            "class Text { [Bootstrap] public static List<int> Make() => []; }"
        },
        {
            "LL030", "'Text<T>.Make' is marked [Bootstrap], but stands in a generic type.",
            "class Text<T> { [Bootstrap] public static string Make() => \"\"; }",
            "class Text { [Bootstrap] public static string Make() => \"\"; }"
        },
        {
            "LL030", "'Text.Make' is marked [Bootstrap], but is abstract or virtual.",
            "interface Text { [Bootstrap] static abstract string Make(); }",
            "interface Text { [Bootstrap] static string Make() => \"\"; }"
        },
        {
            "LL030", "'C.Make' is marked [Bootstrap], but is a local function; move it into a class.",
            "class C { public object M() { return Make(); [Bootstrap] static string Make() => \"\"; } }",
            "class C { public object M() { return Make(); } [Bootstrap] public static string Make() => \"\"; }"
        },
        {
            "LL031", "'Maker.Make' returns '(int A, int B)', which is a value: each user would hold a copy.",
            "class Maker { [Bootstrap] public static ValueTask<(int A, int B)> Make() => default; }",
            "record Pair(int A, int B); class Maker { [Bootstrap] public static ValueTask<Pair> Make() => new(new "
            + "Pair(1, 2)); }"
        },
        {
            "LL032", "'Text.Make' asks for 'int count', but nothing in this project supplies the type 'int'.",
            "class Text { [Bootstrap] public static string Make(int count) => \"\"; }",
            "class Text { [Bootstrap] public static string Make(BootstrapContext context, CancellationToken cancel) "
            + "=> \"\"; }"
        },
        {
            "LL033", "'string' is supplied by both 'A.Make' and 'B.Make', so it is not clear which of them users get.",
            "class A { [Bootstrap] public static string Make() => \"\"; } class B { [Bootstrap] public static "
            + "Task<string> Make() => null!; }",
            "class A { [Bootstrap] public static string Make() => \"\"; } class B { [Bootstrap] public static "
            + "Task<Uri> Make() => null!; }"
        },
        {
            "LL033", "'Options' is supplied by both 'Options' and 'Options.Make'",
            "[LoadSettings] record Options { [Bootstrap] public static Options Make() => new(); }",
            "record Options { [Bootstrap] public static Options Make() => new(); }"
        },
        {
            "LL034", "There are two bootstraps named 'Text.Make', which no report could tell apart. Rename one.",
            "class Text { [Bootstrap] public static string Make() => \"\"; [Bootstrap] public static Uri Make(string "
            + "text) => new(text); }",
            "class Text { [Bootstrap] public static string Make() => \"\"; [Bootstrap] public static Uri "
            + "Parse(string text) => new(text); }"
        },
        {
            "LL035",
            "These bootstraps need each other's results, so none can run first: A.Make -> C.Make -> B.Make -> A.Make.",
            """
            class A { [Bootstrap] public static A Make(C it) => new(); }
            class B { [Bootstrap] public static B Make(A it) => new(); }
            class C { [Bootstrap] public static C Make(B it) => new(); }
            [LoadUser] class Hub(A a) : User { [LoadTask] public void Go() => GC.KeepAlive(a); }
            """,
            """
            class A { [Bootstrap] public static A Make(C it) => new(); }
            class B { [Bootstrap] public static B Make(A it, C other) => new(); }
            class C { [Bootstrap] public static C Make() => new(); }
            """
        },
        {
            "LL035", "These bootstraps need each other's results, so none can run first: A.Make -> A.Make.",
            "class A { [Bootstrap] public static A Make(A it) => it; }",
            "class A { [Bootstrap] public static A Make() => new(); }"
        },
        {
            "LL036",
            "'A.Make' is isolated, so its 'A' comes home as JSON, but no JsonSerializerContext of this project names "
            + "that type. "
                + "Add: [System.Text.Json.Serialization.JsonSerializable(typeof(A))] "
                + "sealed partial class AJson : System.Text.Json.Serialization.JsonSerializerContext;",
            "class A { [Bootstrap(Isolated = true)] public static A Make() => new(); }",
            """
            class A { [Bootstrap(Isolated = true)] public static A Make() => new(); }
            [System.Text.Json.Serialization.JsonSerializable(typeof(A))]
            sealed partial class AJson : System.Text.Json.Serialization.JsonSerializerContext;
            """
        },
        {
            "LL037", "'A.Make' has TimeLimitSeconds = 0, so it could never succeed.",
            "class A { [Bootstrap(TimeLimitSeconds = 0)] public static A Make() => new(); }",
            "class A { [Bootstrap(TimeLimitSeconds = 1)] public static A Make() => new(); }"
        },
        {
            "LL037", "'A.Make' has MaxResultBytes = -1",
            "class A { [Bootstrap(MaxResultBytes = -1)] public static A Make() => new(); }",
            "class A { [Bootstrap(MaxResultBytes = 1)] public static A Make() => new(); }"
        },
        {
            "LL038", "'Session.Open' is isolated and asks for 'string names', which 'Text.Make' makes in the agent",
            """
            static class Text { [Bootstrap] public static string Make() => ""; }
            public sealed record Session(string Name) { [Bootstrap(Isolated = true)] public static Session Open(string names) => new(names); }
            [System.Text.Json.Serialization.JsonSerializable(typeof(Session))] sealed partial class SessionJson : System.Text.Json.Serialization.JsonSerializerContext;
            """,
            """
            static class Text { [Bootstrap] public static string Make() => ""; }
            public sealed record Session(string Name) { [Bootstrap] public static Session Open(string names) => new(names); }
            """
        },
        {
            "LL040", "'Options' is marked [LoadSettings], but is not a record.",
            "[LoadSettings] class Options { public int Depth { get; init; } }",
            "[LoadSettings] record Options { public int Depth { get; init; } }"
        },
        {
            "LL040", "'Options' is marked [LoadSettings], but has no public constructor without parameters.",
            "[LoadSettings] record Options(int Depth);",
            "[LoadSettings] record Options { public required int Depth { get; init; } }"
        },
        {
            "LL040", "'Options' is marked [LoadSettings], but is abstract.",
            "[LoadSettings] abstract record Options { public int Depth { get; init; } }",
            "abstract record Options { public int Depth { get; init; } } [LoadSettings] record More : Options;"
        },
        {
            "LL040", "'Options<T>' is marked [LoadSettings], but is generic.",
            "[LoadSettings] record Options<T> { public int Depth { get; init; } }",
            "[LoadSettings] record Options { public int Depth { get; init; } }"
        },
        {
            "LL040", "'Options' is marked [LoadSettings], but its required member 'Depth' is a field, not a property.",
            "[LoadSettings] record Options { public required int Depth = 1; }",
            "[LoadSettings] record Options { public required int Depth { get; init; } }"
        },
        {
            "LL041", "'Options.Depths' is of type 'int[][]', which cannot be read from an option. "
                + "Use string, int, long, double, bool, TimeSpan, LeanLoad.Bytes, Uri or an enumeration, each also "
                + "nullable or in an array.",
            "[LoadSettings] record Options { public int[][] Depths { get; init; } = []; }",
            "[LoadSettings] record Options { public int[][] Depths => []; }"
        },
        {
            "LL042", "'Options.Depth' asks for the option name '--depth'.",
            "[LoadSettings] record Options { [Setting(\"\", Name = \"--depth\")] public int Depth { get; init; } }",
            "[LoadSettings] record Options { [Setting(\"\", Name = \"the-depth\")] public int Depth { get; init; } }"
        },
        {
            "LL043", "'Options.ExcludeTags' would be the option --exclude-tags, which the agent itself has.",
            "[LoadSettings] record Options { public string ExcludeTags { get; init; } = \"\"; }",
            "[LoadSettings] record Options { [Setting(\"\", Name = \"without\")] public string ExcludeTags { get; "
            + "init; } = \"\"; }"
        },
        {
            "LL044", "'A.Depth' and 'B.Deep' would both be the option --depth.",
            """
            [LoadSettings] record A { public int Depth { get; init; } }
            [LoadSettings] record B { [Setting("", Name = "depth")] public int Deep { get; init; } }
            """,
            "[LoadSettings] record A { public int Depth { get; init; } } [LoadSettings] record B { public int Deep { "
            + "get; init; } }"
        },
        {
            "LL050", "'Hub.Begin' is marked [RunStarted], but is not static.",
            "class Hub { [RunStarted] public void Begin() { } }",
            "class Hub { [RunStarted] public static void Begin(BootstrapContext context, CancellationToken cancel) { "
            + "} }"
        },
        {
            "LL050", "'Hub.End' is marked [RunStopped], but returns 'int'.",
            "class Hub { [RunStopped] public static int End() => 1; }",
            "class Hub { [RunStopped] public static async ValueTask End() => await Task.Yield(); }"
        },
    };
}
