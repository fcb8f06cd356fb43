package dev.skerry.config.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.config.protocol.NodeReport.SiteProblem;
import dev.skerry.config.protocol.PurgeRecord.Mode;
import dev.skerry.config.protocol.PurgeRecord.Scope;
import dev.skerry.config.protocol.StreamEvent.SentChange;
import dev.skerry.config.protocol.StreamEvent.SentPurge;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class StreamCodecTest {
    private static final String HISTORY = "0123456789abcdef0123456789abcdef";
    private static final String HASH = "00112233445566778899aabbccddeeff";
    private static final String AT =
            "{\"revision\":\"" + HISTORY + ".5\",\"hash\":\"" + HASH + "\"}";
    private static final Position POSITION = new Position(new Revision(HISTORY, 5), HASH);

    @Test
    void theTextOfAPurgeOnTheStreamIsFixed() {
        PurgeRecord purge = new PurgeRecord(5, "shop", Scope.TAG, "a", Mode.SOFT, 1_000);
        StreamCodec.Encoded encoded =
                StreamCodec.encode(
                        new StreamEvent.Changes(
                                List.of(new SentChange(new Change.Purged(purge), 7)), POSITION));
        assertEquals("changes", encoded.name());
        assertEquals(
                "{\"changes\":[{\"kind\":\"purge\",\"counter\":5,\"site\":\"shop\",\"scope\":\"tag\","
                        + "\"value\":\"a\",\"mode\":\"soft\",\"accepted\":1000,\"elapsed\":7}],"
                        + "\"after\":"
                        + AT
                        + "}",
                encoded.json());
    }

    @Test
    void everyEventReadsAsItWasWritten() throws MalformedMessage {
        for (long seed = 0; seed < 500; seed++) {
            Some some = new Some(new Random(seed));
            for (StreamEvent event : some.events()) {
                StreamCodec.Encoded encoded = StreamCodec.encode(event);
                assertFalse(encoded.json().contains("\n") || encoded.json().contains("\r"));
                assertEquals(
                        event,
                        StreamCodec.decode(encoded.name(), encoded.json()),
                        () -> "seed of " + encoded);
            }
        }
    }

    @Test
    void reportsAndHellosReadAsTheyWereWritten() throws MalformedMessage {
        for (long seed = 0; seed < 500; seed++) {
            Some some = new Some(new Random(seed));
            NodeReport report = some.report();
            assertEquals(report, StreamCodec.readReport(utf8(StreamCodec.writeReport(report))));
            NodeHello hello = some.hello();
            assertEquals(hello, StreamCodec.readHello(utf8(StreamCodec.writeHello(hello))));
            assertEquals(hello, StreamCodec.readQuery(parsed(StreamCodec.writeQuery(hello))));
        }
    }

    @Test
    void eventsAndMembersOfALaterVersionArePassedOver() throws MalformedMessage {
        assertNull(StreamCodec.decode("tomorrow", "no JSON at all"));
        assertEquals(
                new StreamEvent.Beat(POSITION, 3),
                StreamCodec.decode("beat", "{\"new\":{},\"head\":" + AT + ",\"echo\":3}"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "end     | `` ",
                "end     | []",
                "end     | {} {}",
                "end     | {\"a\":1,\"a\":2}",
                "end     | [[[[[[[[[[]]]]]]]]]]",
                "beat    | {\"echo\":1}",
                "beat    | {\"echo\":1.5,\"head\":@}",
                "beat    | {\"echo\":-2,\"head\":@}",
                "beat    | {\"echo\":1,\"lease\":-1,\"head\":@}",
                "beat    | {\"echo\":99999999999999999999,\"head\":@}",
                "beat    | {\"echo\":1,\"head\":{\"revision\":\"x.5\",\"hash\":\"y\"}}",
                "welcome | {\"session\":1,\"head\":@}",
                "changes | {\"changes\":{},\"after\":@}",
                "changes | {\"changes\":[1],\"after\":@}",
                "changes | {\"changes\":[{\"kind\":\"other\",\"elapsed\":1}],\"after\":@}",
                "changes | {\"changes\":[{\"kind\":\"site-deleted\",\"counter\":0,\"site\":\"s\","
                        + "\"accepted\":1,\"elapsed\":1}],\"after\":@}",
                "changes | {\"changes\":[{\"kind\":\"purge\",\"counter\":1,\"site\":\"s\","
                        + "\"scope\":\"TAG\",\"value\":\"\",\"mode\":\"hard\",\"accepted\":1,"
                        + "\"elapsed\":1}],\"after\":@}",
            })
    void whatIsKnownAndMalformedIsRefused(String name, String json) {
        assertThrows(MalformedMessage.class, () -> StreamCodec.decode(name, json.replace("@", AT)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{}",
                "{\"node\":\"a\"}",
                "{\"node\":\"a/b\",\"role\":\"edge\"}",
                "{\"node\":\"a\",\"role\":\"king\"}",
                "{\"node\":\"a\",\"role\":\"edge\",\"from\":\"0123456789abcdef0123456789abcdef.5\"}",
                "{\"node\":\"a\",\"role\":\"edge\",\"hash\":\"00112233445566778899aabbccddeeff\"}",
                "{\"node\":\"a\",\"role\":\"edge\",\"url\":\"ftp://h\"}",
                "{\"node\":\"a\",\"role\":\"edge\",\"via\":\"\"}",
                "{\"node\":\"a\",\"role\":\"edge\",\"peer\":\"\"}",
                "{\"node\":\"a\",\"role\":\"edge\",\"peer\":\"host.example\"}",
                "{\"node\":\"a\",\"role\":\"edge\",\"peer\":\"1.2.3.4.5\"}",
            })
    void aHelloThatIsWrongIsRefused(String json) {
        assertThrows(MalformedMessage.class, () -> StreamCodec.readHello(utf8(json)));
    }

    @Test
    void namesHoldAtTheirLimitAndNotOnePastIt() throws MalformedMessage {
        String longest = "n".repeat(64);
        assertEquals(
                longest, StreamCodec.readQuery(Map.of("node", longest, "role", "edge")).node());
        assertThrows(
                MalformedMessage.class,
                () -> StreamCodec.readQuery(Map.of("node", longest + "n", "role", "edge")));
    }

    @Test
    void anEventOfTheMostCharactersIsReadAndOneMoreIsNot() throws MalformedMessage {
        String frame = "{\"reason\":\"\"}";
        String most = "x".repeat(StreamCodec.MOST_CHARS - frame.length());
        assertEquals(
                new StreamEvent.Refused(most),
                StreamCodec.decode("refused", "{\"reason\":\"" + most + "\"}"));
        assertThrows(
                MalformedMessage.class,
                () -> StreamCodec.decode("refused", "{\"reason\":\"" + most + "x\"}"));
    }

    @Test
    void aReportNamesTheFirstHundredProblemsAndBoundsTheirWords() throws MalformedMessage {
        SiteProblem wordy = new SiteProblem("s", 1, "w".repeat(NodeText.MOST_DETAIL + 1));
        NodeReport report =
                new NodeReport(
                        "s",
                        1,
                        null,
                        NodeReport.State.READY,
                        Collections.nCopies(NodeText.MOST_PROBLEMS + 1, wordy));
        NodeReport read = StreamCodec.readReport(utf8(StreamCodec.writeReport(report)));
        assertEquals(NodeText.MOST_PROBLEMS, read.problems().size());
        assertEquals(NodeText.MOST_DETAIL, read.problems().getFirst().detail().length());
        assertNotNull(read.problems());
        String detail = "\"detail\":\"" + wordy.detail() + "\"";
        String json =
                "{\"session\":\"s\",\"ping\":1,\"state\":\"ready\",\"problems\":[{\"site\":\"s\","
                        + "\"version\":1,"
                        + detail
                        + "}]}";
        MalformedMessage refused =
                assertThrows(MalformedMessage.class, () -> StreamCodec.readReport(utf8(json)));
        assertTrue(String.valueOf(refused.getMessage()).contains("problems[0].detail"));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static Map<String, String> parsed(String query) {
        Map<String, String> parsed = new HashMap<>();
        for (String pair : query.split("&", -1)) {
            int equals = pair.indexOf('=');
            parsed.put(
                    pair.substring(0, equals),
                    URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
        }
        return parsed;
    }

    /** Values at random. */
    private record Some(Random random) {
        List<StreamEvent> events() {
            return List.of(
                    new StreamEvent.Welcome(text(), position()),
                    new StreamEvent.SnapshotBegin(position(), number()),
                    new StreamEvent.SnapshotPart(
                            Stream.generate(this::sentPurge).limit(random.nextInt(4)).toList(),
                            Stream.generate(this::site).limit(random.nextInt(3)).toList()),
                    new StreamEvent.SnapshotEnd(),
                    new StreamEvent.SnapshotEnd(2, 1),
                    new StreamEvent.Changes(
                            Stream.generate(() -> new SentChange(change(), number()))
                                    .limit(random.nextInt(5))
                                    .toList(),
                            position()),
                    new StreamEvent.Beat(position(), number() - 1, number()),
                    new StreamEvent.Ask(text(), text(), "{\"q\":\"" + number() + "\"}"),
                    new StreamEvent.Refused(text()));
        }

        NodeReport report() {
            return new NodeReport(
                    text(),
                    number(),
                    random.nextBoolean() ? position() : null,
                    one(NodeReport.State.values()),
                    Stream.generate(() -> new SiteProblem(text(), number(), text()))
                            .limit(random.nextInt(3))
                            .toList());
        }

        NodeHello hello() {
            return new NodeHello(
                    "n" + number(),
                    random.nextBoolean() ? "edge" : "shield",
                    maybe("fra-" + number()),
                    maybe("https://{host}:" + random.nextInt(65536) + "/?a=b&c=%20+x"),
                    random.nextBoolean() ? position() : null,
                    maybe("shield_" + number()),
                    maybe(random.nextBoolean() ? "192.0.2.1" : "2001:db8:0:0:0:0:0:1"));
        }

        private Change change() {
            return switch (random.nextInt(4)) {
                case 0 -> new Change.Purged(purge());
                case 1 ->
                        new Change.SiteApplied(
                                number() + 1,
                                text(),
                                number() + 1,
                                "site: a\n" + text(),
                                random.nextBoolean(),
                                number());
                case 2 -> new Change.SiteDeleted(number() + 1, text(), number());
                default -> new Change.HistoryBegun(number() + 1, text(), number());
            };
        }

        private SentPurge sentPurge() {
            return new SentPurge(purge(), number());
        }

        private PurgeRecord purge() {
            return new PurgeRecord(
                    number() + 1,
                    text(),
                    one(Scope.values()),
                    text(),
                    one(Mode.values()),
                    number());
        }

        private SiteDocument site() {
            return new SiteDocument(text(), number() + 1, number(), text());
        }

        private Position position() {
            return new Position(new Revision(HISTORY, number()), HASH);
        }

        private long number() {
            // Small and large ones alike; 18 digits are the most that a revision has.
            return random.nextLong(1L << random.nextInt(1, 59));
        }

        /** Anything but lone surrogates, which UTF-8 does not have. */
        private String text() {
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(12); i > 0; i--) {
                int point = random.nextInt(random.nextBoolean() ? 0x80 : 0x11000);
                text.appendCodePoint(point >= 0xD800 && point < 0xE000 ? '"' : point);
            }
            return text.toString();
        }

        private @Nullable String maybe(String value) {
            return random.nextBoolean() ? value : null;
        }

        private <T> T one(T[] values) {
            return values[random.nextInt(values.length)];
        }
    }
}
