using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Routing.Template;
using MyCoach.Dev.FunctionsHost.Messages;

namespace MyCoach.Dev.FunctionsHost;

/// <summary>A function, as described by its worker.</summary>
public sealed class HostedFunction
{
    private readonly TemplateMatcher? matcher;

    internal HostedFunction(RpcFunctionMetadata metadata)
        : this(metadata.Name, metadata.RawBindings.Select(binding => JsonNode.Parse(binding)!), metadata.EntryPoint) => Metadata = metadata;

    /// <param name="bindings">The bindings in <c>functions.metadata</c>, including the trigger.</param>
    /// <param name="entryPoint">The full name of the method.</param>
    public HostedFunction(string name, IEnumerable<JsonNode> bindings, string entryPoint)
    {
        (Name, EntryPoint) = (name, entryPoint);
        Trigger = bindings.Single(binding => ((string?)binding["type"])?.EndsWith("Trigger", StringComparison.Ordinal) == true);
        Methods = [.. (Trigger["methods"]?.AsArray() ?? []).Select(method => ((string)method!).ToUpperInvariant())];
        matcher = IsHttp ? new TemplateMatcher(TemplateParser.Parse(Route), []) : null;
    }

    public string Name { get; }
    public string EntryPoint { get; }
    public JsonNode Trigger { get; }
    public IReadOnlyList<string> Methods { get; }
    public bool IsHttp => (string)Trigger["type"]! == "httpTrigger";
    public bool IsTimer => (string)Trigger["type"]! == "timerTrigger";
    public string Route => (string)Trigger["route"]!;
    public string Schedule => (string)Trigger["schedule"]!;

    internal RpcFunctionMetadata Metadata { get; } = new();

    public bool Matches(string path, string method) => matcher is not null && Methods.Contains(method) && matcher.TryMatch(path, []);

    /// <summary>The function that the host calls: the first by name whose route and methods match.</summary>
    public static HostedFunction? FirstMatch(IEnumerable<HostedFunction> functions, string path, string method) =>
        functions.OrderBy(function => function.Name, StringComparer.OrdinalIgnoreCase).FirstOrDefault(function => function.Matches(path, method));

    public override string ToString() => Name;
}
