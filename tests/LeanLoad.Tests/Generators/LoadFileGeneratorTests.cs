using Serilog.Core;
using Xunit;

namespace LeanLoad.Tests.Generators;

public sealed class LoadFileGeneratorTests
{
    [Fact]
    public void A_load_file_compiles_without_warnings_to_the_table_that_was_reviewed()
    {
        var (ours, compilers, text) = LoadFileCompiler.Compile(LoadFileCompiler.Source(Samples.Hub));

        Assert.Empty(ours);
        Assert.Empty(compilers);
        Golden.Matches("generators/hub.cs.txt", text!);
    }

    [Fact]
    public void Nothing_declared_generates_nothing()
    {
        var (ours, _, text) = LoadFileCompiler.Compile(LoadFileCompiler.Source("sealed class Plain;"));

        Assert.Empty(ours);
        Assert.Null(text);
    }

    [Fact]
    public void Users_carry_scenario_weight_needs_and_tasks_of_their_base_classes_too()
    {
        var user = Assert.Single(LoadFileCompiler.Load(Samples.Hub).Users);

        Assert.Equal(("HubUser", "hub-user", 3), (user.Name, user.Scenario, user.Weight));
        Assert.Equal(["HubSession", "HubSettings"], user.Needs.Select(type => type.Name));
        Assert.Equal(["Ping:1", "Registry:5", "Manifest:1", "Idle:2"],
            user.Tasks.Select(task => $"{task.Name}:{task.Weight}"));
        Assert.Equal(["hub", "base:ping"], user.Tasks[0].Tags);
        Assert.Equal(["hub", "hub:baseline:registry"], user.Tasks[1].Tags);
        Assert.Equal(["hub"], user.Tasks[3].Tags);
    }

    [Fact]
    public async Task Settings_bootstraps_users_and_tasks_run_from_the_table_alone()
    {
        var table = LoadFileCompiler.Load(Samples.Hub);
        var supplies = new Supplies();
        var settings = Assert.Single(table.Settings);
        var given = new Dictionary<string, string> { ["image"] = "library/alpine", ["depth"] = "3", ["pause"] = "30s" };
        var reader = new SettingsReader(given.GetValueOrDefault);
        supplies.Add(settings.Type, settings.Read(reader));
        Assert.Empty(reader.Problems);

        Assert.Equal(["Catalogue.Load", "HubSession.SignIn", "Door.Open"], table.Bootstraps.Select(one => one.Name));
        foreach (var bootstrap in table.Bootstraps)
        {
            Assert.All(bootstrap.Needs, need => Assert.True(supplies.Has(need)));
            var result = await bootstrap.Run(
                supplies, new BootstrapContext(http: null!, Logger.None), TestContext.Current.CancellationToken);
            Assert.IsType(bootstrap.Result, result);
            supplies.Add(bootstrap.Result, result);
        }

        var user = table.Users[0].Create(supplies);
        foreach (var task in table.Users[0].Tasks) await task.Run(user);
        Assert.Equal("ping registry manifest idle library/alpine 3 00:00:30 latest", user.ToString());
    }

    [Fact]
    public void An_isolated_result_travels_as_the_JSON_of_the_context_that_names_it()
    {
        var bootstraps = LoadFileCompiler.Load(Samples.Hub).Bootstraps;
        var (plain, isolated) = (bootstraps[0], bootstraps[1]);

        Assert.Equal((false, TimeSpan.FromSeconds(60), new Bytes(64 << 20)),
            (plain.Isolated, plain.TimeLimit, plain.MaxResult));
        Assert.Null(plain.Json);
        Assert.Equal((true, TimeSpan.FromSeconds(5), new Bytes(1000)),
            (isolated.Isolated, isolated.TimeLimit, isolated.MaxResult));
        var type = isolated.Json!();
        var result = System.Text.Json.JsonSerializer.Deserialize("""{"User":"jo","Token":"t"}""", type);
        Assert.Equal("HubSession { User = jo, Token = t }", result!.ToString());
    }

    [Fact]
    public void Options_say_kind_help_default_and_whether_they_are_required_or_secret()
    {
        var options = Assert.Single(LoadFileCompiler.Load(Samples.AllOptions).Settings).Options;

        string[] expected =
        [
            """SettingOption { Name = text, Kind = text, Help = The image & its <tag>, as Docker names it., Default = , Required = True, Secret = False }""",
            """SettingOption { Name = with-default, Kind = text, Help = , Default = "a \"b\"", Required = False, Secret = False }""",
            """SettingOption { Name = http-port, Kind = number, Help = Where it listens, Default = 80 + 1, Required = False, Secret = False }""",
            """SettingOption { Name = size-limit, Kind = number, Help = , Default = , Required = False, Secret = False }""",
            """SettingOption { Name = ratio, Kind = number, Help = , Default = , Required = False, Secret = False }""",
            """SettingOption { Name = dry-run, Kind = true|false, Help = , Default = , Required = False, Secret = False }""",
            """SettingOption { Name = pause, Kind = duration, Help = , Default = 30.Seconds(), Required = False, Secret = False }""",
            """SettingOption { Name = blob, Kind = size, Help = , Default = , Required = True, Secret = False }""",
            """SettingOption { Name = proxy, Kind = url, Help = , Default = , Required = False, Secret = False }""",
            """SettingOption { Name = pull, Kind = never|always, Help = , Default = , Required = True, Secret = False }""",
            """SettingOption { Name = password, Kind = text, Help = The secret, Default = , Required = False, Secret = True }""",
            """SettingOption { Name = class, Kind = number, Help = , Default = , Required = False, Secret = False }""",
            """SettingOption { Name = names, Kind = text,…, Help = , Default = ["a"], Required = False, Secret = False }""",
            """SettingOption { Name = ids, Kind = number,…, Help = , Default = , Required = False, Secret = False }""",
            """SettingOption { Name = pulls, Kind = never|always,…, Help = , Default = , Required = True, Secret = False }""",
            """SettingOption { Name = pauses, Kind = duration,…, Help = , Default = [], Required = False, Secret = False }""",
        ];
        Assert.Equal(expected, options.Select(one => one.ToString()));
    }

    [Fact]
    public void Settings_read_what_is_given_keep_defaults_and_collect_every_problem()
    {
        var settings = Assert.Single(LoadFileCompiler.Load(Samples.AllOptions).Settings);
        var given = new Dictionary<string, string>
        {
            ["text"] = "a",
            ["http-port"] = "8080",
            ["size-limit"] = "5000000000",
            ["ratio"] = "0.5",
            ["dry-run"] = "true",
            ["blob"] = "2MiB",
            ["proxy"] = "http://proxy:3128",
            ["pull"] = "always",
            ["class"] = "7",
            ["names"] = "b, c,",
            ["ids"] = "3,1,2",
            ["pulls"] = "never,Always",
        };
        var record = settings.Read(new SettingsReader(given.GetValueOrDefault));

        Assert.Equal("a|a \"b\"|8080|5000000000|0.5|True|00:00:30|2.0 MiB|http://proxy:3128/|Always||7|b c|3 1 "
            + "2|Never Always|0", record.ToString());

        var poor = new SettingsReader(new Dictionary<string, string>
        {
            ["http-port"] = "many",
            ["pull"] = "maybe",
            ["pulls"] = "always,later",
            ["ids"] = ","
        }.GetValueOrDefault);
        settings.Read(poor);
        Assert.Equal(
            ["--text is required", "--blob is required", "--pull \"maybe\"", "--pulls \"always,later\"",
                "--http-port \"many\"", "--ids \",\""],
            poor.Problems.Select(one => string.Join(' ', one.Split(' ').Take(one.Contains('"') ? 2 : 3)).TrimEnd(';')));
    }

    [Fact]
    public async Task An_override_stays_the_task_it_overrides_with_the_weight_it_is_marked_with()
    {
        var user = Assert.Single(LoadFileCompiler.Load("""
            abstract class Shop<T> : User
            {
                [LoadTask(Weight = 2), Tag("read")] public virtual Task Browse() => throw new NotSupportedException();
                [LoadTask] internal virtual void Leave() { }
            }

            [LoadUser(Scenario = "shop")]
            sealed class Customer : Shop<int>
            {
                [LoadTask(Weight = 7), Tag("write")] public override Task Browse() => Task.CompletedTask;
                internal override void Leave() { }
            }
            """).Users);

        Assert.Equal(["Browse:7:read,write", "Leave:1:"],
            user.Tasks.Select(one => $"{one.Name}:{one.Weight}:{string.Join(',', one.Tags)}"));
        foreach (var task in user.Tasks) await task.Run(user.Create(new Supplies()));
    }

    [Fact]
    public void Names_that_would_be_ambiguous_carry_their_namespace()
    {
        var table = LoadFileCompiler.Load("""
            namespace A
            {
                public sealed class Session { [Bootstrap] public static Session Open() => new(); }
                [LoadUser] public sealed class Hub(Session s) : User { [LoadTask] public void Go() => s.ToString(); }
            }
            namespace B
            {
                public sealed class Session { [Bootstrap] public static Session Open(A.Session other) => new(); }
                [LoadUser] public sealed class Hub(Session s) : User { [LoadTask] public void Go() => s.ToString(); }
            }
            """);

        Assert.Equal(["A.Hub", "B.Hub"], table.Users.Select(one => one.Name));
        Assert.Equal(["A.Session.Open", "B.Session.Open"], table.Bootstraps.Select(one => one.Name));
    }

    [Fact]
    public void Awkward_but_legal_names_and_types_compile_without_warnings()
    {
        var (ours, compilers, _) = LoadFileCompiler.Compile(LoadFileCompiler.Source(Samples.Awkward));

        Assert.Empty(ours);
        Assert.Empty(compilers);
    }
}
