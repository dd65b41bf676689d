namespace LeanLoad.Tests.Generators;

/// <summary>Load files without mistakes.</summary>
static class Samples
{
    /// <summary>Every kind of declaration once; the user's bootstrap is declared before the one it needs.</summary>
    public const string Hub = """
        using System.Text.Json.Serialization;
        using LeanLoad.Http;

        namespace Hub;

        [LoadSettings]
        public sealed record HubSettings
        {
            /// <summary>The image to pull.</summary>
            public required string Image { get; init; }
            [Setting("Layers to follow.")] public int? Depth { get; init; }
            public TimeSpan Pause { get; init; } = 1.Seconds();
            public string Tag { get; init; } = "latest";
            [Setting("The registry's password.", Name = "hub-password", Secret = true)] public string Password { get; init; } = "";
        }

        public sealed record Door(string Text)
        {
            [Bootstrap] public static Door Open(Catalogue catalogue, HubSession session) => new($"{session.User} {catalogue.Count}");
        }

        public sealed record HubSession(string User, string Token)
        {
            [Bootstrap(Isolated = true, TimeLimitSeconds = 5, MaxResultBytes = 1000)]
            public static async Task<HubSession> SignIn(
                CancellationToken cancel, HubSettings settings, BootstrapContext context)
            {
                await Task.Yield();
                return new HubSession(settings.Image, context.Log.ToString() ?? "");
            }
        }

        [JsonSerializable(typeof(HubSession))]
        sealed partial class HubJson : JsonSerializerContext;

        public sealed record Catalogue(int Count)
        {
            [Bootstrap] internal static Catalogue Load(HubSettings settings) => new(settings.Image.Length);
        }

        [Tag("hub")]
        public abstract class BaselineUser<T> : HttpUser
        {
            protected string Said { get; set; } = "";
            public override string ToString() => Said;

            [LoadTask, Tag("base:ping")]
            public Task Ping() { Said += "ping "; return Task.CompletedTask; }
        }

        [LoadUser(Weight = 3)]
        public sealed class HubUser(HubSession session, HubSettings settings) : BaselineUser<HubSession>
        {
            [LoadTask(Weight = 5), Tag("hub:baseline:registry")]
            public async ValueTask Registry() { await Task.Yield(); Said += "registry "; }

            [LoadTask]
            internal ValueTask Manifest() { Said += "manifest "; return default; }

            [LoadTask(Weight = 2)]
            public void Idle() => Said += $"idle {session.User} {settings.Depth} {settings.Pause} {settings.Tag}";
        }
        """;

    /// <summary>Every supported type of setting.</summary>
    public const string AllOptions = """
        enum Pull { Never, Always }

        record Common
        {
            /// <summary>
            /// The <c>image</c> &amp; its &lt;tag&gt;, as <see cref="System.Docker"/> names it.
            /// More that no one-line help can hold.
            /// </summary>
            public required string Text { get; set; }
        }

        [LoadSettings]
        sealed record All : Common
        {
            public string WithDefault { get; init; } = "a \"b\"";
            [Setting("Where it listens", Name = "http-port")] public int Port { get; init; } =
                80 + 1;
            public long? SizeLimit { get; init; }
            public double Ratio { get; init; }
            public bool DryRun { get; init; }
            public TimeSpan Pause { get; init; } = 30.Seconds();
            public required Bytes? Blob { get; init; }
            public Uri? Proxy { get; init; }
            public required Pull Pull { get; init; }
            [Setting("The secret", Secret = true)] public string Password { get; init; } = "";
            public int @class { get; init; }
            public string[] Names { get; init; } = ["a"];
            public IReadOnlyList<int>? Ids { get; init; }
            public required Pull[] Pulls { get; init; }
            public TimeSpan[] Pauses { get; init; } = [];

            public static int Count { get; set; }
            public int Computed => 1;
            public int Kept { get; private set; }
            internal int Hidden { get; init; }
            public override string ToString() => string.Create(System.Globalization.CultureInfo.InvariantCulture,
                $"{Text}|{WithDefault}|{Port}|{SizeLimit}|{Ratio}|{DryRun}|{Pause}|{Blob}|{Proxy}|{Pull}|{Password}|{@class}|{string.Join(' ', Names)}|{string.Join(' ', Ids ?? [])}|{string.Join(' ', Pulls)}|{Pauses.Length}");
        }
        """;

    /// <summary>What a careless generator would stumble over.</summary>
    public const string Awkward = """
        #pragma warning disable CS8019
        namespace LeanLoad.Generated.System
        {
            [Obsolete]
            public sealed class Old { [Bootstrap] public static Old @new() => new(); }

            public static class Lists
            {
                [Bootstrap] public static List<string?> Names() => [null];
                [Bootstrap] public static ValueTask<string[]> Words(List<string?> names) => new(["a", .. new string[names.Count]]);
                [Bootstrap] public static Task<Dictionary<string, (int A, string? B)>?> Maybe() =>
                    Task.FromResult<Dictionary<string, (int A, string? B)>?>(null);
            }

            public static class Outer
            {
        #pragma warning disable CS0612
                [LoadUser(Scenario = "a-1")]
                internal sealed class @class(
                    List<string?>? names, string[] words, Old old, Dictionary<string, (int A, string? B)> maybe) : User
        #pragma warning restore CS0612
                {
                    [LoadTask] public void @do() => GC.KeepAlive((names, words, old, maybe));
                    [LoadTask, Tag("quote\" back\\slash\n")] internal Task Task() => global::System.Threading.Tasks.Task.CompletedTask;
                    [LoadTask] public ValueTask user() => default;
                }
            }
        }
        """;
}
