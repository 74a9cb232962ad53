using System.ComponentModel.DataAnnotations;
using MyCoach.Http;

namespace MyCoach.Tests.Http;

public sealed class FieldRulesTests
{
    private static readonly Form Valid = new() { FirstName = "Ann" };

    [Theory]
    [InlineData("A")]
    [InlineData("Anna")]
    [InlineData("ä a")]
    public void A_text_may_have_as_many_bytes_as_stated(string name) =>
        Assert.Empty(Broken(Valid with { FirstName = name }));

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("Annas")]
    [InlineData("äää")]
    [InlineData("a\n")]
    [InlineData("\u0085a")]
    public void Any_other_text_is_refused(string name) =>
        Assert.Equal(["firstName"], Broken(Valid with { FirstName = name }));

    [Fact]
    public void A_null_breaks_only_the_rule_that_a_value_is_required()
    {
        Assert.Equal(["firstName"], Broken(Valid with { FirstName = null }));
        Assert.Equal(["is required"], FieldRules<Form>.Check(new Form()).ByField["firstName"]);
    }

    [Theory]
    [InlineData(-1, false)]
    [InlineData(0, true)]
    [InlineData(10, true)]
    [InlineData(11, false)]
    public void A_number_is_within_its_bounds(long count, bool isValid) =>
        Assert.Equal(isValid ? [] : ["count"], Broken(Valid with { Count = count }));

    [Theory]
    [InlineData("...", "openai")]
    [InlineData("..", "OpenAI", "id", "provider")]
    public void Every_broken_field_is_named(string id, string provider, params string[] broken) =>
        Assert.Equal(broken, Broken(Valid with { Id = id, Provider = provider }));

    private static IEnumerable<string> Broken(Form form) => FieldRules<Form>.Check(form).ByField.Keys.Order();

    private sealed record Form
    {
        [Required, PlainText(4)]
        public string? FirstName { get; init; }

        [WholeNumber(10)]
        public long? Count { get; init; }

        [Id]
        public string? Id { get; init; }

        [ProviderName]
        public string? Provider { get; init; }
    }
}
