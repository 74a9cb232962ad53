using System.ComponentModel.DataAnnotations;
using MyCoach.Auth;
using MyCoach.Catalogue;
using MyCoach.Http;
using MyCoach.Ledger;

namespace MyCoach.Tokens;

/// <summary>A token to create.</summary>
// Members have set, not init: only then a JsonException says which type a member must have.
public sealed record TokenPost
{
    [Required, PlainText(200)]
    public string? Name { get; set; }

    /// <summary>What the token reaches: gateway for calls to models, usage:read for the recorded usage.</summary>
    [Required, TokenScopes]
    public IReadOnlyList<string>? Scopes { get; set; }

    /// <summary>When it stops working; absent for never.</summary>
    public DateTimeOffset? ExpiresAt { get; set; }

    /// <summary>The agent of all its calls; absent if X-MyCoach-Agent says it.</summary>
    [Id]
    public string? AgentId { get; set; }

    /// <summary>The conversation of all its calls; absent if X-MyCoach-Conversation says it.</summary>
    [Id]
    public string? ConversationId { get; set; }

    /// <summary>The models that its calls may use; absent for all.</summary>
    public IReadOnlyList<string>? Models { get; set; }

    /// <summary>What its calls of a calendar month (UTC) may cost, in US cents; absent if only the user's budget limits
    /// them.</summary>
    [WholeNumber(BudgetTerms.MaxCents)]
    public long? MonthlyBudgetCents { get; set; }

    internal FieldErrors Check(ModelCatalogue catalogue, DateTimeOffset now)
    {
        var errors = FieldRules<TokenPost>.Check(this);
        TokenChecks.CheckExpiry(ExpiresAt, now, errors);
        TokenChecks.CheckModels(Models, catalogue, errors);
        return errors;
    }
}

/// <summary>A JSON merge patch (RFC 7396): an absent member stays as it is; null removes the limit.</summary>
public sealed record TokenPatch
{
    // The setters run only for members that are present. This distinguishes an explicit null from an absent member.
    private bool hasName;
    private bool hasExpiry;
    private bool hasModels;
    private bool hasBudget;

    [PlainText(200)]
    public string? Name
    {
        get;
        set => (field, hasName) = (value, true);
    }

    /// <summary>When it stops working; null for never.</summary>
    public DateTimeOffset? ExpiresAt
    {
        get;
        set => (field, hasExpiry) = (value, true);
    }

    /// <summary>The models that its calls may use; null for all.</summary>
    public IReadOnlyList<string>? Models
    {
        get;
        set => (field, hasModels) = (value, true);
    }

    /// <summary>What its calls of a month may cost, in US cents; null if only the user's budget limits them.</summary>
    [WholeNumber(BudgetTerms.MaxCents)]
    public long? MonthlyBudgetCents
    {
        get;
        set => (field, hasBudget) = (value, true);
    }

    internal FieldErrors Check(ModelCatalogue catalogue, DateTimeOffset now)
    {
        var errors = FieldRules<TokenPatch>.Check(this);
        errors.Require(!hasName || Name is not null, "name", "cannot be null");
        TokenChecks.CheckExpiry(ExpiresAt, now, errors);
        TokenChecks.CheckModels(Models, catalogue, errors);
        return errors;
    }

    internal UserToken ApplyTo(UserToken token) =>
        token with
        {
            Name = hasName ? Name! : token.Name,
            ExpiresAt = hasExpiry ? ExpiresAt : token.ExpiresAt,
            Models = hasModels ? Models ?? [] : token.Models,
            MonthlyBudgetCents = hasBudget ? MonthlyBudgetCents : token.MonthlyBudgetCents,
        };
}

/// <summary>How long the present text of a token stays valid beside the new one.</summary>
public sealed record TokenRotation
{
    public const int MaxMinutes = 7 * 24 * 60;
    public const int DefaultMinutes = 60;

    /// <summary>In minutes, at most seven days; 60 if absent. 0 ends the present text at once.</summary>
    [WholeNumber(MaxMinutes)]
    public long? OverlapMinutes { get; set; }
}
