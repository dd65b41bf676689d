namespace LeanLoad.Generators;

/// <summary>Something a load file declares.</summary>
/// <param name="Place">Its name in the source.</param>
/// <param name="Problems">What is wrong with it, apart from other declarations.</param>
/// <param name="IsKnown">False where a type it mentions does not exist; the compiler itself says so.</param>
abstract record Declaration(Place? Place, EquatableArray<Problem> Problems, bool IsKnown)
{
    /// <summary>Whether the table may mention it: otherwise errors in generated code would hide the real one.</summary>
    public bool IsSound => IsKnown && Problems.Count == 0;
}

/// <summary>A <c>[LoadUser]</c> class.</summary>
/// <param name="Name">The class name.</param>
/// <param name="FullName">With namespace and enclosing classes, as a person writes it.</param>
/// <param name="Type">As generated code writes it: <c>global::Hub.HubUser</c>.</param>
/// <param name="Order">The value of its <c>TaskOrder</c>.</param>
/// <param name="IsHttp">Whether it derives from <c>HttpUser</c>.</param>
sealed record UserDeclaration(
    string Name, string FullName, string Type, string Scenario, int Weight, int Count, int Order, bool IsHttp,
    EquatableArray<Parameter> Parameters, EquatableArray<TaskDeclaration> Tasks,
    EquatableArray<FlowDeclaration> Flows, Place? Place,
    EquatableArray<Problem> Problems, bool IsKnown)
    : Declaration(Place, Problems, IsKnown);

/// <summary>A <c>[LoadTask]</c> method.</summary>
/// <param name="Owner">The class that declares it, as generated code writes it: a base class where it is
/// inherited.</param>
/// <param name="Flow">The flow it is a step of; null: of none.</param>
sealed record TaskDeclaration(
    string Name, string Owner, int Weight, string? Flow, EquatableArray<string> Tags, ReturnKind Returns);

/// <summary>A <c>[Flow]</c> of a user class.</summary>
/// <param name="Order">The value of its <c>TaskOrder</c>.</param>
sealed record FlowDeclaration(string Name, int Weight, int Order, int Picks);

/// <summary>A <c>[Bootstrap]</c> method.</summary>
/// <param name="Name">Class and method: <c>HubSession.SignIn</c>.</param>
/// <param name="FullName">The same with the namespace.</param>
/// <param name="Method">As generated code calls it: <c>global::Hub.HubSession.SignIn</c>.</param>
/// <param name="Result">The type of its result, as <see cref="Parameter.Type"/>; null where it has none that can be
/// shared.</param>
/// <param name="ShownResult">The same as a person writes it.</param>
sealed record BootstrapDeclaration(
    string Name, string FullName, string Method, string? Result, string ShownResult, ReturnKind Returns,
    EquatableArray<Parameter> Parameters, bool Isolated, int TimeLimitSeconds, int MaxResultBytes, Place? Place,
    EquatableArray<Problem> Problems, bool IsKnown)
    : Declaration(Place, Problems, IsKnown);

/// <summary>A <c>[RunStarted]</c> or <c>[RunStopped]</c> method.</summary>
/// <param name="Name">Class and method.</param>
/// <param name="Method">As generated code calls it.</param>
/// <param name="Scenario">The only one it is for; null: for all.</param>
sealed record HookDeclaration(
    string Name, string FullName, string Method, bool AtEnd, string? Scenario, int TimeLimitSeconds, ReturnKind Returns,
    EquatableArray<Parameter> Parameters, Place? Place, EquatableArray<Problem> Problems, bool IsKnown)
    : Declaration(Place, Problems, IsKnown);

/// <summary>A <c>[LoadSettings]</c> record.</summary>
/// <param name="Name">As a person writes it.</param>
/// <param name="Type">As <see cref="Parameter.Type"/>.</param>
sealed record SettingsDeclaration(
    string Name, string Type, EquatableArray<OptionDeclaration> Options, Place? Place,
    EquatableArray<Problem> Problems, bool IsKnown)
    : Declaration(Place, Problems, IsKnown);

/// <summary>A property of a settings record.</summary>
/// <param name="Option">The option's name without dashes.</param>
/// <param name="Property">The property's name.</param>
/// <param name="Type">Its type without <c>?</c>, as generated code writes it.</param>
/// <param name="Kind">The word for <c>--help</c>.</param>
/// <param name="Parser">The method of <c>SettingsReader</c> that reads it.</param>
/// <param name="Default">Its initializer as written; null where there is none, and for a secret, which is never
/// printed.</param>
sealed record OptionDeclaration(
    string Option, string Property, string Type, string Kind, string Parser, string Help, string? Default,
    bool Required, bool Secret, Place? Place);

/// <summary>A <c>JsonSerializerContext</c> of the load file.</summary>
/// <param name="Types">What its <c>[JsonSerializable]</c> attributes name, each as
/// <see cref="Parameter.Type"/>.</param>
sealed record JsonContextDeclaration(string Context, EquatableArray<string> Types);

/// <summary>A parameter of a user's constructor or of a bootstrap.</summary>
/// <param name="Type">The identity of its type: fully qualified, without nullable annotations.</param>
/// <param name="Written">
/// The same with the annotations inside it (<c>List&lt;string?&gt;</c>), so that passing it on gives no warning.
/// </param>
/// <param name="Shown">Type and name as a person writes them.</param>
sealed record Parameter(ParameterKind Kind, string Type, string Written, string Shown, Place? Place);

/// <summary>Where a parameter's argument comes from.</summary>
enum ParameterKind
{
    /// <summary>From the supplies: a settings record or a bootstrap's result.</summary>
    Supply,

    /// <summary>The <c>BootstrapContext</c>.</summary>
    Context,

    /// <summary>The <c>CancellationToken</c>.</summary>
    Cancel,

    /// <summary>A type the compiler does not know; it says so itself.</summary>
    Unknown,
}

/// <summary>How a method gives its result.</summary>
enum ReturnKind
{
    /// <summary>At once: <c>void</c> or <c>T</c>.</summary>
    Plain,

    /// <summary><c>Task</c> or <c>Task&lt;T&gt;</c>.</summary>
    Task,

    /// <summary><c>ValueTask</c> or <c>ValueTask&lt;T&gt;</c>.</summary>
    ValueTask,
}
