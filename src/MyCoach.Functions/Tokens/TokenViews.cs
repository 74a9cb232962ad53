using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using MyCoach.Auth;
using MyCoach.Ledger;

namespace MyCoach.Tokens;

/// <summary>
/// A token without its text. <c>hint</c> shows the last characters of its secret. <c>models</c> is empty if the token
/// allows all. <c>spentUsd</c> is what its calls of this month cost.
/// </summary>
// No record: a NewTokenView, which is one, must not write its text into a log line.
public class TokenView
{
    private readonly UserToken token;
    private readonly DateTimeOffset now;

    internal TokenView(UserToken token, Totals month, DateTimeOffset now)
    {
        (this.token, this.now) = (token, now);
        SpentUsd = month.Cost.Usd;
    }

    public string Id => token.Id;

    public string Name => token.Name;

    public string Hint => token.Hint;

    public IReadOnlyList<string> Scopes => token.Scopes;

    public string? AgentId => token.AgentId;

    public string? ConversationId => token.ConversationId;

    public IReadOnlyList<string> Models => token.Models;

    public DateTimeOffset? ExpiresAt => token.ExpiresAt;

    public DateTimeOffset CreatedAt => token.CreatedAt;

    /// <summary>Until when the text before the last rotation is valid; null if it is not.</summary>
    public DateTimeOffset? PreviousValidUntil => token.PreviousUntil > now ? token.PreviousUntil : null;

    /// <summary>A day in UTC; null if the token was never used.</summary>
    public DateOnly? LastUsedOn => token.LastUsedOn;

    [AllowedValues("active", "expired")]
    public string Status => token.HasExpired(now) ? "expired" : "active";

    public decimal SpentUsd { get; }
}

/// <summary>A token with its text, which is shown only once.</summary>
public sealed class NewTokenView : TokenView
{
    internal NewTokenView(UserToken token, TokenText text, Totals month, DateTimeOffset now)
        : base(token, month, now) => Token = text.Value;

    /// <summary>The text to send, after Bearer or as the key of an SDK. It is not stored.</summary>
    [JsonPropertyOrder(1)]
    public string Token { get; }
}

public sealed record TokenList(IReadOnlyList<TokenView> Tokens);
