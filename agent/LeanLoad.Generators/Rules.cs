using Microsoft.CodeAnalysis;

namespace LeanLoad.Generators;

/// <summary>
/// What can be wrong with a load file: 01x users, 02x tasks, 03x bootstraps, 04x settings, 05x hooks. All are errors: a
/// wrong table would run a wrong load. Each message says what happened, why, and what to do.
/// </summary>
static class Rules
{
    public static readonly DiagnosticDescriptor NoUsers = Error("LL001", "A load file without users",
        "This program calls LoadTest.RunAsync, but declares no user, so there is nothing to run. "
        + "Mark a class that derives from User or HttpUser with [LoadUser]; classes of referenced projects do not "
        + "count, derive one from them here.");

    public static readonly DiagnosticDescriptor NotReachable = Error("LL002", "Generated code cannot name it",
        "'{0}' is private, protected or file-local, so the generated table cannot name it. "
        + "Make it, and the classes around it, internal or public.");

    public static readonly DiagnosticDescriptor WeightBelowOne = Error("LL003", "A weight below 1",
        "'{0}' has the weight {1}, but a weight is a share of 1 or more. "
        + "Give it 1 or more, or remove the attribute to leave it out.");

    public static readonly DiagnosticDescriptor NotAUser = Error("LL010", "A user class that is no User",
        "'{0}' is marked [LoadUser], but does not derive from LeanLoad.User. "
        + "Derive it from User, or from HttpUser to make requests.");

    public static readonly DiagnosticDescriptor UserNotConcrete = Error("LL011", "A user class that cannot be created",
        "'{0}' is marked [LoadUser], but is {1}, so no user can be made of it. "
        + "Move [LoadUser] to a concrete class that derives from it.");

    public static readonly DiagnosticDescriptor NoTasks = Error("LL012", "A user without tasks",
        "'{0}' has no task, so its users would do nothing. "
        + "Mark a method with [LoadTask]: an instance method without parameters that returns ValueTask, Task or void.");

    public static readonly DiagnosticDescriptor NoConstructor = Error("LL013", "No usable constructor",
        "'{0}' {1}, so it is not clear how to make a user. Leave exactly one constructor that is public or "
        + "internal and sets all that is required.");

    public static readonly DiagnosticDescriptor Unbindable =
        Error("LL014", "A constructor parameter that nothing supplies",
        "'{0}' asks for '{1}', but nothing in this project supplies the type '{2}'. "
        + "Make it a [Bootstrap] result or a [LoadSettings] record.");

    public static readonly DiagnosticDescriptor ScenarioName = Error("LL015", "Not a scenario name",
        "'{0}' belongs to the scenario '{1}', which cannot be typed after --scenario. "
        + "Use small letters, digits and single dashes, such as '{2}'.");

    public static readonly DiagnosticDescriptor FixedCount = Error("LL016", "A number of users below 0",
        "'{0}' has Count = {1}, but a class has a fixed number of users, or 0 for its share by weight. "
        + "Give it 1 or more, or leave it out.");

    public static readonly DiagnosticDescriptor TaskShape = Error("LL020", "Not the shape of a task",
        "'{0}' is marked [LoadTask], but {1}. A task is an instance method of a user, without parameters, that "
        + "returns ValueTask, Task or void.");

    public static readonly DiagnosticDescriptor DuplicateTask = Error("LL021", "Two tasks of one name",
        "'{0}' has two tasks named '{1}', in '{2}' and '{3}', which no report could tell apart. "
        + "Rename one, or override instead of hiding.");

    public static readonly DiagnosticDescriptor FlowName = Error("LL022", "Not a flow's name",
        "'{0}' names the flow '{1}', which is not a name. "
        + "Write words, with / between a flow and one inside it, such as checkout/payment.");

    public static readonly DiagnosticDescriptor EmptyFlow = Error("LL023", "A flow without a step",
        "'{0}' describes the flow '{1}', but no task of it is a step of that flow. "
        + "Give a task [LoadTask(Flow = \"{1}\")], or remove the attribute.");

    public static readonly DiagnosticDescriptor BootstrapShape = Error("LL030", "Not the shape of a bootstrap",
        "'{0}' is marked [Bootstrap], but {1}. A bootstrap is a static method, not generic, that returns T, "
        + "Task<T> or ValueTask<T>.");

    public static readonly DiagnosticDescriptor ResultNotReference =
        Error("LL031", "A bootstrap result that cannot be shared",
        "'{0}' returns '{1}', which is a value: each user would hold a copy. "
        + "Return a class or a record that holds it.");

    public static readonly DiagnosticDescriptor UnbindableBootstrap =
        Error("LL032", "A bootstrap parameter that nothing supplies",
        "'{0}' asks for '{1}', but nothing in this project supplies the type '{2}'. "
        + "Make it a [LoadSettings] record or a [Bootstrap] result, or take BootstrapContext or CancellationToken.");

    public static readonly DiagnosticDescriptor TwoSources = Error("LL033", "Two sources of one type",
        "'{0}' is supplied by both '{1}' and '{2}', so it is not clear which of them users get. "
        + "Remove one, or give one a type of its own.");

    public static readonly DiagnosticDescriptor DuplicateBootstrap = Error("LL034", "Two bootstraps of one name",
        "There are two bootstraps named '{0}', which no report could tell apart. Rename one.");

    public static readonly DiagnosticDescriptor Cycle = Error("LL035", "Bootstraps that wait for each other",
        "These bootstraps need each other's results, so none can run first: {0}. "
        + "Let one of them do without the other's result.");

    public static readonly DiagnosticDescriptor NoJson =
        Error("LL036", "An isolated bootstrap whose result cannot travel",
        "'{0}' is isolated, so its '{1}' comes home as JSON, but no JsonSerializerContext of this project names "
        + "that type. "
        + "Add: [System.Text.Json.Serialization.JsonSerializable(typeof({1}))] "
        + "sealed partial class {2}Json : System.Text.Json.Serialization.JsonSerializerContext; or remove "
        + "Isolated = true.");

    public static readonly DiagnosticDescriptor BootstrapLimit = Error("LL037", "A bootstrap limit below 1",
        "'{0}' has {1} = {2}, so it could never succeed. Give it 1 or more, or leave it out for the default.");

    public static readonly DiagnosticDescriptor IsolatedNeeds =
        Error("LL038", "An isolated bootstrap that needs another's result",
        "'{0}' is isolated and asks for '{1}', which '{2}' makes in the agent: its child process has settings, but no "
        + "results of other bootstraps. Remove Isolated = true, or do both in one bootstrap.");

    public static readonly DiagnosticDescriptor NotARecord = Error("LL040", "Not the shape of settings",
        "'{0}' is marked [LoadSettings], but {1}. "
        + "Settings are a record, not abstract nor generic, with a constructor without parameters and a property "
        + "for each option.");

    public static readonly DiagnosticDescriptor SettingType = Error("LL041", "A setting of an unsupported type",
        "'{0}' is of type '{1}', which cannot be read from an option. "
        + "Use string, int, long, double, bool, TimeSpan, LeanLoad.Bytes, Uri or an enumeration, each also nullable "
        + "or in an array.");

    public static readonly DiagnosticDescriptor OptionName = Error("LL042", "Not an option name",
        "'{0}' asks for the option name '{1}'. Use small letters, digits and single dashes, without leading dashes, "
        + "such as '{2}'.");

    public static readonly DiagnosticDescriptor ReservedOption = Error("LL043", "An option of the agent itself",
        "'{0}' would be the option --{1}, which the agent itself has. "
        + "Rename the property, or give it another name with [Setting(\"...\", Name = \"...\")].");

    public static readonly DiagnosticDescriptor DuplicateOption = Error("LL044", "Two settings of one option",
        "'{0}' and '{1}' would both be the option --{2}. Rename one, or give it another name with [Setting(\"...\", "
        + "Name = \"...\")].");

    public static readonly DiagnosticDescriptor HookShape = Error("LL050", "Not the shape of a hook",
        "'{0}' is marked [{1}], but {2}. A hook is a static method, not generic, that returns nothing, Task or "
        + "ValueTask. What users should share is the result of a [Bootstrap].");

    static DiagnosticDescriptor Error(string id, string title, string message) =>
        new(id, title, message, "LeanLoad", DiagnosticSeverity.Error, isEnabledByDefault: true);
}
