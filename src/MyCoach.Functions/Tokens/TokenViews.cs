using System.ComponentModel.DataAnnotations;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using MyCoach.Auth;
using MyCoach.Ledger;

namespace MyCoach.Tokens;

/// <summary>
/// A token without its text. <c>hint</c> shows the last characters of its secret. <c>models</c> is empty if the token
/// allows all. <c>spentUsd</c> is what its calls of this month cost, and <c>reservedUsd</c> what its open calls hold of
/// its budget.
/// </summary>
// No record: a NewTokenView, which is one, must not write its text into a log line.
public class TokenView
{
    [SetsRequiredMembers]
    internal TokenView(UserToken token, TotalsRow? month, DateTimeOffset now)
    {
        (Id, Name, Hint, Scopes) = (token.Id, token.Name, token.Hint, token.Scopes);
        (AgentId, ConversationId, Models) = (token.AgentId, token.ConversationId, token.Models);
        (ExpiresAt, CreatedAt, LastUsedOn) = (token.ExpiresAt, token.CreatedAt, token.LastUsedOn);
        PreviousValidUntil = token.PreviousUntil > now ? token.PreviousUntil : null;
        Status = token.HasExpired(now) ? "expired" : "active";
        MonthlyBudgetCents = token.MonthlyBudgetCents;
        SpentUsd = month?.Totals.Cost.Usd ?? 0;
        ReservedUsd = month?.Reserved.Usd ?? 0;
    }

    public required string Id { get; init; }

    public required string Name { get; init; }

    public required string Hint { get; init; }

    [TokenScopes]
    public required IReadOnlyList<string> Scopes { get; init; }

    public required string? AgentId { get; init; }

    public required string? ConversationId { get; init; }

    public required IReadOnlyList<string> Models { get; init; }

    public required DateTimeOffset? ExpiresAt { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Until when the text before the last rotation is valid; null if it is not.</summary>
    public required DateTimeOffset? PreviousValidUntil { get; init; }

    /// <summary>A day in UTC; null if the token was never used.</summary>
    public required DateOnly? LastUsedOn { get; init; }

    [AllowedValues("active", "expired")]
    public required string Status { get; init; }

    public required long? MonthlyBudgetCents { get; init; }

    public required decimal SpentUsd { get; init; }

    public required decimal ReservedUsd { get; init; }
}

/// <summary>A token with its text, which is shown only once.</summary>
public sealed class NewTokenView : TokenView
{
    [SetsRequiredMembers]
    internal NewTokenView(UserToken token, TokenText text, TotalsRow? month, DateTimeOffset now)
        : base(token, month, now) => Token = text.Value;

    /// <summary>The text to send, after Bearer or as the key of an SDK. It is not stored.</summary>
    [JsonPropertyOrder(1)]
    public required string Token { get; init; }
}

public sealed record TokenList(IReadOnlyList<TokenView> Tokens);
