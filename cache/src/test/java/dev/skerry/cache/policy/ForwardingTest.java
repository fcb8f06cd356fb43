package dev.skerry.cache.policy;

import static dev.skerry.cache.policy.Messages.NOW;
import static dev.skerry.cache.policy.Messages.NOW_DATE;
import static dev.skerry.cache.policy.Messages.ok;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.cache.http.FieldList;
import dev.skerry.cache.http.ResponseHead;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ForwardingTest {
    private static final String[] HOP_BY_HOP = {
        "Connection", "a, B",
        "connection", "close",
        "A", "1",
        "b", "2",
        "Keep-Alive", "x",
        "Proxy-Connection", "x",
        "TE", "trailers",
        "Transfer-Encoding", "chunked",
        "Upgrade", "h2c",
        "Content-Length", "5",
        "HTTP2-Settings", "x",
        "Skerry-Born", "7",
    };

    private static FieldList with(String... fields) {
        return FieldList.of(HOP_BY_HOP).toBuilder().addAll(FieldList.of(fields)).build();
    }

    @Test
    void requestsLoseWhatBelongsToTheConnection() {
        assertEquals(
                FieldList.of("Accept", "x", "Cookie", "a=b", "Authorization", "z"),
                Forwarding.request(
                        with(
                                "Host",
                                "h",
                                "Accept",
                                "x",
                                "Expect",
                                "100-continue",
                                "Cookie",
                                "a=b",
                                "Proxy-Authorization",
                                "y",
                                "Authorization",
                                "z")));
    }

    @Test
    void responsesLoseTagsAndWhatBelongsToTheConnection() {
        FieldList expected =
                FieldList.of(
                        "Age", "5",
                        "CDN-Cache-Control", "max-age=1",
                        "Cache-Groups", "\"g\"",
                        "Trailer", "t",
                        "Set-Cookie", "a",
                        "Set-Cookie", "b",
                        "Cache-Status", "up; hit",
                        "Proxy-Authenticate", "p");
        FieldList all =
                with().toBuilder()
                        .addAll(expected)
                        .add("Surrogate-Control", "max-age=1")
                        .add("Surrogate-Key", "k")
                        .add("Cache-Tag", "k")
                        .add("Edge-Cache-Tag", "k")
                        .add("xkey", "k")
                        .build();
        assertEquals(expected, Forwarding.response(all, false));
        FieldList forNodes = expected.toBuilder().add("Surrogate-Control", "max-age=1").build();
        assertEquals(forNodes, Forwarding.response(all, true));
        assertEquals(
                new ResponseHead(200, expected),
                Forwarding.withoutSurrogateControl(new ResponseHead(200, forNodes)));
        assertEquals(
                expected.toBuilder().remove("Age").remove("Proxy-Authenticate").build(),
                Forwarding.storedFields(all, false));
        assertEquals(
                forNodes.toBuilder().remove("Age").remove("Proxy-Authenticate").build(),
                Forwarding.storedFields(all, true));
    }

    @Test
    void aStoredHeadHasADateAndNotTheFieldsLeftOut() {
        assertEquals(
                ok("X", "1", "Date", NOW_DATE),
                Forwarding.stored(
                        ok("X", "1", "Set-Cookie", "a"), List.of("set-cookie"), NOW, false));
        assertEquals(
                ok("Date", "foo", "X", "1"),
                Forwarding.stored(ok("Date", "foo", "X", "1"), List.of(), NOW, false));
    }

    @Test
    void everyMissReasonHasItsOwnWordAndSentence() {
        Set<String> words = new HashSet<>();
        Set<String> sentences = new HashSet<>();
        for (MissReason reason : MissReason.values()) {
            assertTrue(reason.word().matches("[a-z]+(-[a-z]+)*"), reason.word());
            assertTrue(reason.sentence().endsWith("."), reason.sentence());
            words.add(reason.word());
            sentences.add(reason.sentence());
        }
        assertEquals(MissReason.values().length, words.size());
        assertEquals(MissReason.values().length, sentences.size());
    }

    @Test
    void theDefaultRulesAreTheDocumentedOnes() {
        CacheRules rules = CacheRules.DEFAULT;
        assertEquals(CacheRules.UNSET, rules.ttlMillis());
        assertEquals(CacheRules.UNSET, rules.defaultTtlMillis());
        assertEquals(0, rules.staleWhileRevalidateMillis());
        assertEquals(3_600_000, rules.staleIfErrorMillis());
        assertEquals(0.1, rules.heuristicFraction());
        assertEquals(86_400_000, rules.heuristicCapMillis());
        assertEquals(64, rules.varyCap());
        assertFalse(rules.honourRequestDirectives());
        assertTrue(rules.storeSetCookie());
        assertTrue(rules.selectByLanguage());
        assertEquals(rules, rules.toBuilder().build());
    }
}
