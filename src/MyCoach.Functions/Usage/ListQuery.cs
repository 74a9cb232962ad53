using Microsoft.AspNetCore.Mvc;
using MyCoach.Catalogue;
using MyCoach.Http;
using MyCoach.Ledger;
using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.Usage;

/// <summary>Which of a month's events to list.</summary>
internal readonly record struct ListQuery(
    [property: FromQuery(Name = "month")] string? Month,
    [property: FromQuery(Name = "provider")] string? Provider,
    [property: FromQuery(Name = "model")] string? Model,
    [property: FromQuery(Name = "conversationId")] string? ConversationId,
    [property: FromQuery(Name = "limit")] string? Limit,
    [property: FromQuery(Name = "cursor")] string? Cursor
)
{
    /// <param name="month">The month to list; null if the query names an invalid one.</param>
    public FieldErrors Check(Month? month)
    {
        var errors = new FieldErrors();
        errors.Require(month is not null, "month", FieldErrors.InvalidMonthMessage);
        errors.Require(
            Provider is null || Providers.Provider.Find(Provider) is not null,
            "provider",
            ProviderNameAttribute.Message
        );
        errors.Require(
            Model is null || PlainTextAttribute.IsPlain(Model, ModelIds.MaxBytes),
            "model",
            PlainTextAttribute.MessageOf(ModelIds.MaxBytes)
        );
        errors.Require(
            ConversationId is null || Ids.IsId(ConversationId),
            "conversationId",
            FieldErrors.InvalidIdMessage
        );
        return errors;
    }

    /// <summary>The filter of a query without errors.</summary>
    public EventFilter ToFilter(Month month, DeletedConversations deletions) =>
        new(
            month,
            Provider,
            Model,
            ConversationId is null
                ? null
                : new ConversationFilter(ConversationId, deletions.GenerationOf(ConversationId))
        );

    /// <summary>What a cursor is bound to: it continues only this query of this user.</summary>
    public string BindingFor(UserId user, Month? month) =>
        $"{user.Key}\n{month}\n{Provider}\n{Model}\n{ConversationId}";
}
