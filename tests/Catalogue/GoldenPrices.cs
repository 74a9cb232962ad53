namespace MyCoach.Tests.Catalogue;

/// <summary>
/// The prices of the book as a reader of the providers' pages would write them down: cents per million tokens from a day
/// on. They are typed in here, not read from the book, so that a wrong figure in it fails a test.
/// </summary>
internal static class GoldenPrices
{
    /// <summary>
    /// Model, first day, input, output, cached input, cache write, for an hour, for 12 hours, audio input, audio output.
    /// A dash is a rate that no source states.
    /// </summary>
    public const string Tokens = """
        claude-fable-5-2 2026-11-09 800 4000 20 1000 1600 - - -
        claude-mythos-5-2 2026-11-09 800 4000 20 1000 1600 - - -
        claude-fable-5-1 2026-09-01 1000 5000 25 1250 2000 - - -
        claude-mythos-5-1 2026-09-01 1000 5000 25 1250 2000 - - -
        claude-fable-5 2026-06-09 1000 5000 100 1250 2000 - - -
        claude-mythos-5 2026-06-09 1000 5000 100 1250 2000 - - -
        claude-mythos-preview 2026-04-07 2500 12500 - - - - - -
        claude-opus-5-5 2026-09-22 400 2000 20 500 800 - - -
        claude-opus-5 2026-07-24 500 2500 50 625 1000 - - -
        claude-opus-4-8 2026-05-28 500 2500 50 625 1000 - - -
        claude-opus-4-7 2026-04-16 500 2500 50 625 1000 - - -
        claude-opus-4-6 2026-02-05 500 2500 50 625 1000 - - -
        claude-opus-4-6 2026-03-13 500 2500 50 625 1000 - - -
        claude-opus-4-5 2025-11-24 500 2500 50 625 1000 - - -
        claude-opus-4-1 2025-08-05 1500 7500 150 1875 3000 - - -
        claude-opus-4-20250514 2025-05-14 1500 7500 150 1875 3000 - - -
        claude-sonnet-5-5 2026-09-28 200 1000 20 250 400 - - -
        claude-sonnet-5-5 2026-10-07 200 1000 10 250 400 - - -
        claude-sonnet-5 2026-06-30 200 1000 20 250 400 - - -
        claude-sonnet-4-6 2026-02-17 300 1500 30 375 600 - - -
        claude-sonnet-4-6 2026-03-13 300 1500 30 375 600 - - -
        claude-sonnet-4-5 2025-09-29 300 1500 30 375 600 - - -
        claude-sonnet-4-20250514 2025-05-14 300 1500 30 375 600 - - -
        claude-3-7-sonnet-20250219 2025-02-24 300 1500 30 375 600 - - -
        claude-3-5-sonnet-20241022 2024-06-20 300 1500 30 375 600 - - -
        claude-haiku-5-5 2026-10-07 10 50 1 12.5 20 - - -
        claude-haiku-4-5 2025-10-15 100 500 10 125 200 - - -
        claude-3-5-haiku-20241022 2025-01-01 80 400 8 100 160 - - -
        claude-3-haiku-20240307 2024-03-07 25 125 3 30 50 - - -
        claude-3-opus-20240229 2024-03-04 1500 7500 150 1875 3000 - - -
        claude-3-sonnet-20240229 2024-03-04 300 1500 30 375 600 - - -
        claude-2.1 2023-11-21 800 2400 - - - - - -
        gpt-6.2-astra 2026-11-17 800 4000 40 1000 - - - -
        gpt-6.2-sol 2026-11-17 200 1000 10 250 - 500 - -
        gpt-6.2-sol 2027-03-01 200 1000 10 250 - 500 - -
        gpt-6.1-terra 2026-10-26 100 500 5 125 - 250 - -
        gpt-6.1-sol 2026-09-29 200 1000 10 250 - - - -
        gpt-6-sol 2026-09-22 200 1000 20 250 - - - -
        gpt-6-luna 2026-09-22 10 50 1 12.5 - - - -
        gpt-6-astra 2026-09-03 1000 5000 100 1250 - - - -
        gpt-5.6-sol 2026-07-09 500 3000 50 625 - - - -
        gpt-5.6-sol 2026-08-21 400 2000 40 500 - - - -
        gpt-5.6-terra 2026-07-09 250 1500 25 312.5 - - - -
        gpt-5.6-terra 2026-07-30 200 1200 20 250 - - - -
        gpt-5.6-luna 2026-07-09 100 600 10 125 - - - -
        gpt-5.6-luna 2026-07-30 20 120 2 25 - - - -
        gpt-5.5 2026-04-24 500 3000 50 - - - - -
        gpt-5.5-pro 2026-04-24 3000 18000 - - - - - -
        chat-latest 2026-05-05 500 3000 50 - - - - -
        gpt-5.4 2026-03-05 250 1500 25 - - - - -
        gpt-5.4-mini 2026-03-17 75 450 7.5 - - - - -
        gpt-5.4-nano 2026-03-17 20 125 2 - - - - -
        gpt-5.4-pro 2026-03-05 3000 18000 - - - - - -
        gpt-5.3-codex 2026-02-24 175 1400 17.5 - - - - -
        gpt-5.3-chat-latest 2026-03-03 175 1400 17.5 - - - - -
        gpt-5.2 2025-12-11 175 1400 17.5 - - - - -
        gpt-5.2-pro 2025-12-11 2100 16800 - - - - - -
        gpt-5.2-codex 2026-01-14 175 1400 17.5 - - - - -
        gpt-5.2-chat-latest 2025-12-11 175 1400 17.5 - - - - -
        gpt-5.1 2025-11-13 125 1000 12.5 - - - - -
        gpt-5.1-codex 2025-11-13 125 1000 12.5 - - - - -
        gpt-5.1-codex-max 2025-12-04 125 1000 12.5 - - - - -
        gpt-5.1-codex-mini 2025-11-13 25 200 2.5 - - - - -
        gpt-5.1-chat-latest 2025-11-13 125 1000 12.5 - - - - -
        gpt-5 2025-08-07 125 1000 12.5 - - - - -
        gpt-5-mini 2025-08-07 25 200 2.5 - - - - -
        gpt-5-nano 2025-08-07 5 40 0.5 - - - - -
        gpt-5-pro 2025-10-06 1500 12000 - - - - - -
        gpt-5-codex 2025-09-23 125 1000 12.5 - - - - -
        gpt-5-chat-latest 2025-08-07 125 1000 12.5 - - - - -
        gpt-5-search-api 2025-10-14 125 1000 12.5 - - - - -
        gpt-4.5-preview 2025-02-27 7500 15000 3750 - - - - -
        gpt-4.1 2025-04-14 200 800 50 - - - - -
        gpt-4.1-mini 2025-04-14 40 160 10 - - - - -
        gpt-4.1-nano 2025-04-14 10 40 2.5 - - - - -
        gpt-4o-2024-05-13 2024-05-13 500 1500 - - - - - -
        gpt-4o 2024-08-06 250 1000 125 - - - - -
        gpt-4o-mini 2024-07-18 15 60 7.5 - - - - -
        chatgpt-4o-latest 2024-08-14 500 1500 - - - - - -
        gpt-audio-1.5 2026-02-23 250 1000 - - - - 3200 6400
        gpt-audio 2025-08-28 250 1000 - - - - 3200 6400
        gpt-audio-mini 2025-10-06 60 240 - - - - 1000 2000
        gpt-4o-audio-preview 2024-12-17 250 1000 - - - - 4000 8000
        gpt-4o-audio-preview-2024-10-01 2024-10-17 250 1000 - - - - 10000 20000
        gpt-4o-mini-audio-preview 2024-12-17 15 60 - - - - 1000 2000
        gpt-4o-search-preview 2025-03-11 250 1000 - - - - - -
        gpt-4o-mini-search-preview 2025-03-11 15 60 - - - - - -
        computer-use-preview 2025-03-11 300 1200 - - - - - -
        o4-mini 2025-04-16 110 440 27.5 - - - - -
        o4-mini-deep-research 2025-06-26 200 800 50 - - - - -
        o3 2025-04-16 1000 4000 250 - - - - -
        o3 2025-06-10 200 800 50 - - - - -
        o3-pro 2025-06-10 2000 8000 - - - - - -
        o3-deep-research 2025-06-26 1000 4000 250 - - - - -
        o3-mini 2025-01-31 110 440 55 - - - - -
        o1 2024-12-17 1500 6000 750 - - - - -
        o1-pro 2025-03-19 15000 60000 - - - - - -
        o1-mini 2024-09-12 110 440 55 - - - - -
        o1-preview 2024-09-12 1500 6000 750 - - - - -
        codex-mini-latest 2025-05-16 150 600 37.5 - - - - -
        gpt-4-turbo 2024-04-09 1000 3000 - - - - - -
        gpt-4-vision-preview 2023-11-06 1000 3000 - - - - - -
        gpt-4 2023-03-14 3000 6000 - - - - - -
        gpt-3.5-turbo 2024-01-25 50 150 - - - - - -
        gpt-3.5-turbo-1106 2023-11-06 100 200 - - - - - -
        gpt-3.5-turbo-0613 2023-06-13 150 200 - - - - - -
        gpt-3.5-turbo-16k 2023-06-13 300 400 - - - - - -
        gpt-3.5-turbo-instruct 2023-09-14 150 200 - - - - - -
        davinci-002 2023-08-22 200 200 - - - - - -
        babbage-002 2023-08-22 40 40 - - - - - -
        text-embedding-3-large 2024-01-25 13 0 - - - - - -
        text-embedding-3-small 2024-01-25 2 0 - - - - - -
        text-embedding-ada-002 2025-01-01 10 0 - - - - - -
        omni-moderation-latest 2024-09-26 0 0 - - - - - -
        text-moderation-latest 2023-08-22 0 0 - - - - - -
        """;

    /// <summary>Model, day, term, input, output: the rates of a tier, a speed, a place or a long input.</summary>
    public const string Terms = """
        claude-fable-5-2 2026-11-09 us 880 4400
        claude-opus-5-5 2026-11-27 fast 800 4000
        claude-opus-5-5 2026-11-27 us 440 2200
        claude-opus-5 2026-11-27 fast 1000 5000
        claude-opus-4-8 2026-11-27 fast 1000 5000
        claude-opus-4-7 2026-11-27 fast 3000 15000
        claude-opus-4-6 2026-03-12 long 1000 3750
        claude-opus-4-6 2026-03-13 long 500 2500
        claude-opus-4-6 2026-11-27 fast 3000 15000
        claude-sonnet-4-6 2026-03-12 long 600 2250
        claude-sonnet-4-6 2026-03-13 long 300 1500
        claude-sonnet-4-5 2026-11-27 long 600 2250
        claude-sonnet-5-5 2026-11-27 us 220 1100
        claude-haiku-5-5 2026-11-27 long 50 250
        gpt-6.2-astra 2026-11-27 flex 400 2000
        gpt-6.2-astra 2026-11-27 fast 1600 8000
        gpt-6.2-astra 2026-11-27 long 1600 6000
        gpt-6.2-sol 2026-11-27 flex 100 500
        gpt-6.2-sol 2026-11-27 priority 400 2000
        gpt-6.2-sol 2026-11-27 ultrafast 600 3000
        gpt-6.2-sol 2027-02-28 ultrafast 600 3000
        gpt-6.2-sol 2027-03-01 ultrafast 1200 6000
        gpt-6.2-sol 2026-11-27 long 400 1500
        gpt-6.1-terra 2026-11-27 flex 50 250
        gpt-6.1-terra 2026-11-27 fast 200 1000
        gpt-6.1-terra 2026-11-27 eu 110 550
        gpt-6.1-terra 2026-11-27 long 200 750
        gpt-6.1-sol 2026-11-27 flex 100 500
        gpt-6.1-sol 2026-11-27 fast 400 2000
        gpt-6.1-sol 2026-11-27 long 400 1500
        gpt-6-sol 2026-11-27 flex 100 500
        gpt-6-sol 2026-11-27 fast 400 2000
        gpt-6-luna 2026-11-27 flex 5 25
        gpt-6-luna 2026-11-27 fast 20 100
        gpt-6-luna 2026-11-27 long 20 75
        gpt-6-astra 2026-11-27 flex 500 2500
        gpt-6-astra 2026-11-27 fast 2000 10000
        gpt-6-astra 2026-11-27 ultrafast 6000 30000
        gpt-6-astra 2026-11-27 long 2000 7500
        gpt-5.6-sol 2026-08-20 long 1000 4500
        gpt-5.6-sol 2026-08-21 long 800 3000
        gpt-5.6-sol 2026-11-27 flex 200 1000
        gpt-5.6-sol 2026-11-27 fast 800 4000
        gpt-5.6-terra 2026-11-27 flex 100 600
        gpt-5.6-terra 2026-11-27 fast 400 2400
        gpt-5.6-terra 2026-11-27 long 400 1800
        gpt-5.6-luna 2026-11-27 flex 10 60
        gpt-5.6-luna 2026-11-27 fast 40 240
        gpt-5.6-luna 2026-11-27 long 40 180
        gpt-5.5 2026-11-27 flex 250 1500
        gpt-5.5 2026-11-27 priority 1250 7500
        gpt-5.5 2026-11-27 us 550 3300
        gpt-5.5 2026-11-27 long 1000 4500
        gpt-5.5-pro 2026-11-27 flex 1500 9000
        gpt-5.5-pro 2026-11-27 long 6000 27000
        gpt-5.4 2026-11-27 flex 125 750
        gpt-5.4 2026-11-27 priority 500 3000
        gpt-5.4 2026-11-27 long 500 2250
        gpt-5.4-mini 2026-11-27 flex 37.5 225
        gpt-5.4-mini 2026-11-27 priority 150 900
        gpt-5.4-nano 2026-11-27 flex 10 62.5
        gpt-5.4-pro 2026-11-27 flex 1500 9000
        gpt-5.4-pro 2026-11-27 long 6000 27000
        gpt-5.3-codex 2026-11-27 priority 350 2800
        gpt-5.2 2026-11-27 priority 350 2800
        gpt-5.1 2026-11-27 priority 250 2000
        gpt-5 2026-11-27 flex 62.5 500
        gpt-5 2026-11-27 priority 250 2000
        gpt-5-mini 2026-11-27 flex 12.5 100
        gpt-5-mini 2026-11-27 priority 45 360
        gpt-5-nano 2026-11-27 flex 2.5 20
        gpt-4.1 2026-11-27 priority 350 1400
        gpt-4.1-mini 2026-11-27 priority 70 280
        gpt-4.1-nano 2026-10-22 priority 20 80
        gpt-4o-2024-05-13 2026-10-22 priority 875 2625
        gpt-4o 2026-11-27 priority 425 1700
        gpt-4o-mini 2026-11-27 priority 25 100
        o4-mini 2026-10-22 flex 55 220
        o4-mini 2026-10-22 priority 200 800
        o3 2026-11-27 flex 100 400
        o3 2026-11-27 priority 350 1400
        """;

    /// <summary>Base model, input, output, cached input of its fine-tuned versions.</summary>
    public const string FineTuned = """
        gpt-4o-2024-08-06 375 1500 187.5
        gpt-4o-mini-2024-07-18 30 120 15
        gpt-4.1-2025-04-14 300 1200 75
        gpt-4.1-mini-2025-04-14 80 320 20
        gpt-4.1-nano-2025-04-14 20 80 5
        o4-mini-2025-04-16 400 1600 100
        gpt-3.5-turbo-0125 300 600 -
        gpt-3.5-turbo-1106 300 600 -
        gpt-3.5-turbo-0613 300 600 -
        davinci-002 1200 1200 -
        babbage-002 160 160 -
        """;

    /// <summary>Provider, tool, model, cents per use.</summary>
    public const string Tools = """
        anthropic webSearch claude-opus-5-5 1
        openai webSearch gpt-6.2-sol 1
        openai webSearch gpt-4o 1
        openai webSearch gpt-4.1 1
        openai webSearchPreview gpt-6.2-sol 1
        openai webSearchPreview o3 1
        openai webSearchPreview gpt-4o 2.5
        openai webSearchPreview gpt-4o-mini 2.5
        openai webSearchPreview gpt-4.1 2.5
        openai webSearchPreview gpt-4.1-mini 2.5
        openai fileSearch gpt-5.5 0.25
        openai codeInterpreter gpt-5.5 3
        openai imageGeneration gpt-5.5 26.16
        """;
}
