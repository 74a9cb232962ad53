using System.ClientModel;
using System.Globalization;
using System.Text.RegularExpressions;
using Anthropic.Exceptions;
using Anthropic.Models.Messages;
using MyCoach.Tests.Support;
using OpenAI.Chat;

namespace MyCoach.Tests.Budgets;

/// <summary>
/// The official SDKs under a budget: what is refused is thrown at once, and what the refusal says would fit does.
/// </summary>
public sealed partial class BudgetSdkTests(LocalParts parts)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Anthropics_SDK_throws_at_once_and_the_named_limit_fits()
    {
        await using var ann = await BudgetedUser.StartAsync(parts, cents: 1);

        var refused = await Assert.ThrowsAsync<AnthropicPaymentRequiredException>(() => AskAsync(9_999));
        Assert.Equal((402, 1, 0), ((int)refused.StatusCode, ann.Attempts, ann.Emulator.Calls.Count));
        var largest = LargestOf(refused.Message);
        await Assert.ThrowsAsync<AnthropicPaymentRequiredException>(() => AskAsync(largest + 1));
        Assert.Equal(
            "Hello there",
            (await AskAsync(largest)).Content[0].TryPickText(out var said) ? said.Text[10..21] : null
        );

        Task<Message> AskAsync(long limit) =>
            ann.Anthropic()
                .Messages.Create(
                    new MessageCreateParams
                    {
                        Model = "claude-haiku-4-5",
                        MaxTokens = limit,
                        Messages = [new UserMessageParam("Hello there")],
                    },
                    Cancellation
                );
    }

    [Fact]
    public async Task OpenAIs_SDK_throws_at_once_and_the_named_limit_fits()
    {
        await using var ann = await BudgetedUser.StartAsync(parts, cents: 1);

        var refused = await Assert.ThrowsAsync<ClientResultException>(() => AskAsync(9_999));
        Assert.Equal((402, 1, 0), (refused.Status, ann.Attempts, ann.Emulator.Calls.Count));
        var largest = LargestOf(refused.Message);
        await Assert.ThrowsAsync<ClientResultException>(() => AskAsync(largest + 1));
        Assert.Contains("Hello there", (await AskAsync(largest)).Value.Content[0].Text, StringComparison.Ordinal);

        Task<ClientResult<ChatCompletion>> AskAsync(long limit) =>
            ann.OpenAi()
                .GetChatClient("gpt-4o-mini")
                .CompleteChatAsync(
                    [new UserChatMessage("Hello there")],
                    new ChatCompletionOptions { MaxOutputTokenCount = (int)limit },
                    Cancellation
                );
    }

    private static long LargestOf(string message) =>
        long.Parse(Largest().Match(message).Groups[1].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex("With [a-z_]+ of at most ([0-9]+) it would fit")]
    private static partial Regex Largest();
}
