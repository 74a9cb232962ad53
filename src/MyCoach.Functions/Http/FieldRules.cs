using System.ComponentModel.DataAnnotations;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Text.Json;

namespace MyCoach.Http;

/// <summary>
/// The rules of a request's single fields, read from the attributes of its properties. The OpenAPI document describes
/// the same attributes, as far as JSON Schema can: its <c>maxLength</c> counts characters, while the rule counts bytes
/// and refuses control characters.
/// </summary>
internal static class FieldRules<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] TRequest>
    where TRequest : class
{
    private static readonly FieldRule[] Rules =
    [
        .. typeof(TRequest)
            .GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
            .SelectMany(property =>
                property.GetCustomAttributes<ValidationAttribute>().Select(rule => (property, rule))
            )
            .Select(found => new FieldRule(found.property, found.rule)),
    ];

    /// <summary>The fields that break a rule, for the caller to add the rules that combine fields.</summary>
    public static FieldErrors Check(TRequest request)
    {
        var errors = new FieldErrors();
        foreach (var rule in Rules)
        {
            rule.Check(request, errors);
        }
        return errors;
    }

    private sealed record FieldRule(PropertyInfo Property, ValidationAttribute Attribute)
    {
        private readonly string field = JsonNamingPolicy.CamelCase.ConvertName(Property.Name);

        public void Check(TRequest request, FieldErrors errors)
        {
            var value = Property.GetValue(request);
            if (Attribute is RequiredAttribute)
            {
                errors.Require(value is not null, field, "is required");
            }
            else if (value is not null)
            {
                errors.Require(Attribute.IsValid(value), field, Attribute.FormatErrorMessage(field));
            }
        }
    }
}
