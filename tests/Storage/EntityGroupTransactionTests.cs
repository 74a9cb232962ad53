using Azure;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Data.Tables;
using MyCoach.Storage;

namespace MyCoach.Tests.Storage;

/// <summary>Azure's limits hold before anything is sent, because the emulator accepts what Azure refuses.</summary>
public sealed class EntityGroupTransactionTests
{
    private const int AzuresLimit = 4 * 1024 * 1024;

    private readonly EntityGroupTransaction transaction = new("ann_202611");

    public static TheoryData<string, object> LargeValues =>
        new()
        {
            { "plain text", new string('a', 30_000) },
            { "text that JSON escapes", new string('\u0001', 30_000) },
            { "text of two bytes a letter", new string('ä', 30_000) },
            { "text of four bytes a letter", string.Concat(Enumerable.Repeat("😀", 15_000)) },
            { "bytes", new byte[60_000] },
        };

    [Fact]
    public void A_row_of_another_partition_is_refused()
    {
        Refuses(() => transaction.Insert(new TableEntity("bob_202611", "row")));
        Refuses(() => transaction.Insert(new TableEntity("ann_202610", "row")));
        Refuses(() => transaction.Write(new TableEntity("Ann_202611", "row"), ETag.All));
        Assert.Empty(transaction.Actions);
    }

    [Fact]
    public void The_same_row_twice_is_refused()
    {
        transaction.Insert(Row("row"));
        Refuses(() => transaction.Insert(Row("row")));
        Refuses(() => transaction.Write(Row("row"), new ETag("\"1\"")));
        transaction.Insert(Row("Row"));
        Assert.Equal(["row", "Row"], transaction.Actions.Select(action => action.Entity.RowKey));
    }

    [Fact]
    public void The_hundred_and_first_operation_is_refused()
    {
        for (var i = 0; i < 100; i++)
        {
            transaction.Write(Row($"row-{i}"), i % 2 == 0 ? null : new ETag("\"1\""));
        }
        Refuses(() => transaction.Insert(Row("row-100")));
        Assert.Equal(100, transaction.Actions.Count);
    }

    [Theory]
    [MemberData(nameof(LargeValues))]
    public async Task A_transaction_never_exceeds_Azures_limits(string _, object value)
    {
        void Fill()
        {
            for (var i = 0; i < EntityGroupTransaction.MaxOperations; i++)
            {
                var row = Row($"row-{i}");
                for (var property = 0; property < 3; property++)
                {
                    row[$"P{property}"] = value;
                }
                transaction.Insert(row);
            }
        }

        Refuses(Fill);
        var sent = new MeasuringTransport();
        var table = new TableClient(
            new Uri("https://example.table.core.windows.net"),
            "Usage",
            new TableSharedKeyCredential("example", Convert.ToBase64String(new byte[32])),
            new TableClientOptions { Transport = sent, Retry = { MaxRetries = 0 } }
        );
        await Assert.ThrowsAnyAsync<Exception>(() =>
            table.SubmitTransactionAsync(transaction.Actions, TestContext.Current.CancellationToken)
        );
        Assert.InRange(sent.Bytes, 1, AzuresLimit);
    }

    [Fact]
    public void A_single_row_that_is_too_large_is_refused()
    {
        var row = Row("row");
        row["Text"] = new string('a', EntityGroupTransaction.MaxBytes);
        Refuses(() => transaction.Insert(row));
        Assert.Empty(transaction.Actions);
    }

    private static TableEntity Row(string key) => new("ann_202611", key);

    private static void Refuses(Action add) => Assert.Throws<InvalidOperationException>(add);

    /// <summary>Says how large a request is, and sends nothing.</summary>
    private sealed class MeasuringTransport : HttpPipelineTransport
    {
        public long Bytes { get; private set; }

        public override void Process(HttpMessage message) => throw new NotSupportedException();

        public override async ValueTask ProcessAsync(HttpMessage message)
        {
            using var body = new MemoryStream();
            await message.Request.Content!.WriteToAsync(body, message.CancellationToken);
            Bytes = body.Length;
            throw new RequestFailedException(400, "Nothing was sent.");
        }

        public override Azure.Core.Request CreateRequest() => new HttpClientTransport().CreateRequest();
    }
}
