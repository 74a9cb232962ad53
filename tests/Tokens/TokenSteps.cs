using System.Net;
using MyCoach.Auth;
using MyCoach.Tests.Support;
using MyCoach.Users;

namespace MyCoach.Tests.Tokens;

/// <summary>Steps with tokens that several tests take.</summary>
internal static class TokenSteps
{
    public const string Path = "/api/tokens";

    public static readonly string[] Gateway = ["gateway"];
    public static readonly string[] ReadUsage = ["usage:read"];
    public static readonly string[] Small = ["gpt-4o-mini"];

    /// <summary>Creates a token and gives its id and its text.</summary>
    public static async Task<(string Id, string Text)> CreateAsync(this ApiClient user, object? token = null)
    {
        var answer = await user.PostAsync(Path, token ?? new { name = "CI", scopes = Gateway });
        answer.Is(HttpStatusCode.Created);
        return ((string)answer["id"]!, (string)answer["token"]!);
    }

    /// <summary>Stores a token with this id, which the program would choose.</summary>
    public static async Task StoreAsync(TestApp app, string user, string id)
    {
        var cancellation = TestContext.Current.CancellationToken;
        var owner = await app.Service<ErasureFence>().EnterAsync(UserId.TryCreate(user)!, cancellation);
        var text = TokenText.Create(owner, id);
        var token = new UserToken(owner, id, "CI", Gateway, null, null, [], null, app.Clock.GetUtcNow())
        {
            Hash = text.Hash,
            Hint = "mc_…x7Qa",
        };
        await app.Service<TokensTable>().TryAddAsync(owner, token, cancellation);
    }

    /// <summary>Calls a model with a token, as curl would.</summary>
    public static Task<Answer> ChatAsync(
        this ApiClient caller,
        string model = "gpt-4o-mini",
        params (string Name, string Value)[] headers
    ) =>
        caller.SendAsync(
            HttpMethod.Post,
            "/api/gateway/openai/v1/chat/completions",
            new
            {
                model,
                messages = new[] { new { role = "user", content = "Hello" } },
                max_tokens = 20,
            },
            headers: headers
        );
}
