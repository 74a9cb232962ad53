using System.Globalization;

namespace MyCoach.Bench;

/// <summary>A client from npm, and how to make it hold a conversation of some turns, each with tool calls.</summary>
/// <param name="Provider">Whose API it calls.</param>
/// <param name="Turns">The commands to run, given the gateway's address for the provider.</param>
internal sealed record ClientSession(
    string Name,
    string Provider,
    string Model,
    Func<string, IEnumerable<(string Program, string[] Arguments)>> Turns
)
{
    public const int TurnCount = 10;

    private const string Opus = "claude-opus-5-5";
    private const string Gpt = "gpt-5.5";
    private const string UseTool = "Please use the tool";

    private static readonly string LastTurn = TurnCount.ToString(CultureInfo.InvariantCulture);

    public static IReadOnlyList<ClientSession> All { get; } =
    [
        new("Claude Code", "anthropic", Opus, _ => Enumerable.Range(0, TurnCount).Select(Claude)),
        new("Codex CLI", "openai", Gpt, url => Enumerable.Range(0, TurnCount).Select(turn => Codex(url, turn))),
        new(
            "Codex CLI, `web_search = \"disabled\"`",
            "openai",
            Gpt,
            url => Enumerable.Range(0, TurnCount).Select(turn => Codex(url, turn, "web_search=\"disabled\""))
        ),
        new("Vercel AI SDK", "openai", Gpt, _ => [("node", ["ai-sdk.mjs", "openai", Gpt, UseTool, "false", LastTurn])]),
        new("OpenAI Agents SDK", "openai", Gpt, _ => [("node", ["agents-sdk.mjs", Gpt, UseTool, "false", LastTurn])]),
    ];

    /// <summary>Runs the session in a folder where the clients are installed.</summary>
    public async Task RunAsync(string folder, Uri gateway, string token, CancellationToken stopping)
    {
        var home = Directory.CreateDirectory(Path.Combine(folder, $"home-{Guid.NewGuid():N}")).FullName;
        var url = new Uri(gateway, $"/api/gateway/{Provider}/v1").ToString();
        foreach (var (program, arguments) in Turns(url))
        {
            var installed = Path.Combine(folder, "node_modules", ".bin", program);
            await using var client = ChildProcess.Start(
                File.Exists(installed) ? installed : program,
                arguments,
                // Scripts are beside the packages. The agents get an empty folder to work in.
                program == "node"
                    ? folder
                    : Directory.CreateDirectory(Path.Combine(home, "work")).FullName,
                ("HOME", home),
                ("CODEX_HOME", Directory.CreateDirectory(Path.Combine(home, "codex")).FullName),
                ("NO_PROXY", gateway.Host),
                ("ANTHROPIC_BASE_URL", new Uri(gateway, "/api/gateway/anthropic").ToString()),
                ("ANTHROPIC_AUTH_TOKEN", token),
                ("ANTHROPIC_API_KEY", ""),
                ("CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC", "1"),
                ("MYCOACH_TOKEN", token),
                ("BASE_URL", url),
                ("TOKEN", token)
            );
            client.CloseInput();
            if (await client.WaitForFailureAsync(stopping) is { } failure)
            {
                throw new InvalidOperationException($"{Name} failed: {failure}");
            }
        }
    }

    private static (string, string[]) Claude(int turn) =>
        (
            "claude",
            [
                "-p",
                UseTool,
                "--model",
                Opus,
                "--output-format",
                "json",
                "--tools",
                "Read",
                .. turn == 0 ? Array.Empty<string>() : ["--continue"],
            ]
        );

    private static (string, string[]) Codex(string url, int turn, params string[] settings) =>
        (
            "codex",
            [
                "exec",
                "--skip-git-repo-check",
                "-m",
                Gpt,
                .. settings
                    .Prepend("model_provider=\"mycoach\"")
                    .Prepend(
                        $$"""model_providers.mycoach={name="MyCoach",base_url="{{url}}",env_key="MYCOACH_TOKEN",wire_api="responses"}"""
                    )
                    .SelectMany(setting => (string[])["-c", setting]),
                .. turn == 0 ? Array.Empty<string>() : ["resume", "--last"],
                UseTool,
            ]
        );
}
