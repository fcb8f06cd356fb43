package dev.skerry.proxy.hop;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.cache.http.FieldList;
import dev.skerry.cache.http.RequestHead;
import dev.skerry.cache.purge.HistoryFrame;
import dev.skerry.testkit.ManualClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HopAuthTest {
    private static final String A = "a".repeat(32);
    private static final String B = "b".repeat(32);
    private static final FieldList FIELDS =
            FieldList.of("Accept", "*/*", "X-Forwarded-For", "192.0.2.1");

    private final ManualClock clock = new ManualClock();
    private final HopAuth edge = auth("0123456789abcdef");
    private final HopAuth shield = auth("0123456789abcdef");

    @Test
    void signedRequestIsBelieved() {
        HopAuth.SignedRequest signed = sign();
        HopRequest verified = shield.verifyRequest(head(signed.fields()));
        assertEquals(request(41, 40, signed.nonce()), verified);
    }

    @Test
    void requestIsBelievedUpToFiveMinutesEitherWay() {
        HopAuth.SignedRequest signed = sign();
        clock.jumpWall(Duration.ofMinutes(5));
        assertNotNull(shield.verifyRequest(head(signed.fields())));
        clock.jumpWall(Duration.ofMillis(1));
        assertNull(shield.verifyRequest(head(signed.fields())));
        clock.jumpWall(Duration.ofMinutes(-10).minusMillis(1));
        assertNotNull(shield.verifyRequest(head(signed.fields())));
        clock.jumpWall(Duration.ofMillis(-1));
        assertNull(shield.verifyRequest(head(signed.fields())));
    }

    @Test
    void anyChangeToWhatIsCoveredIsNoticed() {
        FieldList good = sign().fields();
        assertNotNull(shield.verifyRequest(head(good)));
        for (FieldList bad :
                new FieldList[] {
                    good.toBuilder().set(HopFields.APPLIED, "42").build(),
                    good.toBuilder().set(HopFields.NEED, "39").build(),
                    good.toBuilder().set("X-Forwarded-For", "192.0.2.2").build(),
                    good.toBuilder().add("X-Forwarded-Proto", "https").build(),
                    good.toBuilder().remove("X-Forwarded-For").build(),
                    good.toBuilder().remove(HopFields.AUTH).build(),
                    good.toBuilder().remove(HopFields.NEED).build(),
                    good.toBuilder().add(HopFields.NEED, "40").build(),
                    good.toBuilder().set(HopFields.APPLIED, "-1").build(),
                    good.toBuilder().set(HopFields.APPLIED, "9".repeat(19)).build(),
                    good.toBuilder().set(HopFields.AUTH, "").build(),
                }) {
            assertNull(shield.verifyRequest(head(bad)), bad.toString());
        }
        assertNull(verify("POST", "www.example", "/a?b", good));
        assertNull(verify("GET", "other.example", "/a?b", good));
        assertNull(verify("GET", "www.example", "/a?c", good));
        assertNotNull(verify("GET", "www.example", "/a?b", good), "and unchanged it passes");
    }

    @Test
    void everyBitOfTheSignatureCounts() {
        FieldList good = sign().fields();
        String value = String.valueOf(good.first(HopFields.AUTH));
        for (int i = 2; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == ';' || c == '=' || c == 'n' || c == 'm') {
                continue;
            }
            String changed =
                    value.substring(0, i) + (c == '0' ? '1' : '0') + value.substring(i + 1);
            assertNull(
                    shield.verifyRequest(
                            head(good.toBuilder().set(HopFields.AUTH, changed).build())),
                    changed);
        }
    }

    @Test
    void anotherFleetsKeyIsNotBelieved() {
        HopAuth stranger = auth("fedcba9876543210");
        assertNull(stranger.verifyRequest(head(sign().fields())));
        HopRequest request = request(1, 1, sign().nonce());
        FieldList answer = stranger.signResponse(request, 200, new HopAnswer(5, false, 0));
        assertNull(edge.verifyResponse(request.nonce(), 200, answer));
        assertNotEquals(edge.ringSeed(), stranger.ringSeed());
        assertEquals(edge.ringSeed(), shield.ringSeed());
    }

    @Test
    void reservedFieldsThatAClientSentAreReplacedBySigning() {
        HopAuth.SignedRequest signed =
                edge.signRequest(
                        "GET",
                        "www.example",
                        "/a?b",
                        FieldList.of(HopFields.APPLIED, "9999", "Skerry-Lease", "1"),
                        41,
                        40);
        assertEquals("41", signed.fields().combined(HopFields.APPLIED));
        assertNull(signed.fields().first("Skerry-Lease"));
        assertNotNull(shield.verifyRequest(head(signed.fields())));
    }

    @Test
    void signedAnswerIsBelieved() {
        HopRequest request = request();
        for (HopAnswer answer :
                new HopAnswer[] {
                    new HopAnswer(39, true, 1_234),
                    new HopAnswer(0, false, 0),
                    new HopAnswer(0, false, 0, List.of("a", "b, c%2", "é€", "d e+f"))
                }) {
            FieldList fields = shield.signResponse(request, 200, answer);
            assertEquals(answer, edge.verifyResponse(request.nonce(), 200, fields));
        }
    }

    @Test
    void anyChangeToAnAnswerIsNoticed() {
        HopRequest request = request();
        FieldList good =
                shield.signResponse(request, 200, new HopAnswer(39, true, 1_234, List.of("t")));
        for (FieldList bad :
                new FieldList[] {
                    good.toBuilder().set(HopFields.BORN, "40").build(),
                    good.toBuilder().set(HopFields.AGE, "0").build(),
                    good.toBuilder().remove(HopFields.STATE).build(),
                    good.toBuilder().remove(HopFields.TAGS).build(),
                    good.toBuilder().add(HopFields.TAGS, "u").build(),
                    good.toBuilder().set(HopFields.STATE, "fresh").build(),
                    good.toBuilder().remove(HopFields.AUTH).build(),
                    good.toBuilder().remove(HopFields.BORN).build(),
                    FieldList.EMPTY,
                }) {
            assertNull(edge.verifyResponse(request.nonce(), 200, bad), bad.toString());
        }
        assertNull(edge.verifyResponse(request.nonce(), 304, good), "another status");
    }

    @Test
    void answerToAnotherRequestIsNotBelieved() {
        HopRequest first = request();
        HopRequest second = request();
        assertNotEquals(first.nonce(), second.nonce());
        FieldList replayed = shield.signResponse(first, 200, new HopAnswer(39, false, 0));
        assertNull(edge.verifyResponse(second.nonce(), 200, replayed));
    }

    @Test
    void strippingTakesReservedFieldsOnly() {
        FieldList plain = FieldList.of("A", "1", "Skerryx", "2");
        assertSame(plain, HopFields.strip(plain));
        assertEquals(
                plain,
                HopFields.strip(
                        FieldList.of("A", "1", "sKERRY-born", "3", "Skerryx", "2", "Skerry-", "")));
    }

    private HopRequest request() {
        HopRequest request = shield.verifyRequest(head(sign().fields()));
        assertNotNull(request);
        return request;
    }

    @Test
    void rule17NumbersOfOneHistoryMeetWhateverEachNodeCallsThem() {
        HopAuth followingEdge = edge.following(() -> new HistoryFrame(A, 1_000), Vouching.NONE);
        HopAuth followingShield = shield.following(() -> new HistoryFrame(A, 77), Vouching.NONE);
        HopAuth.SignedRequest signed =
                followingEdge.signRequest("GET", "www.example", "/a?b", FIELDS, 1_041, 1_040);
        assertEquals(A + ".41", signed.fields().first(HopFields.APPLIED));

        HopRequest request = followingShield.verifyRequest(head(signed.fields()));

        assertNotNull(request);
        assertFalse(request.foreign());
        assertEquals(List.of(118L, 117L), List.of(request.applied(), request.need()));
        FieldList fields = followingShield.signResponse(request, 200, new HopAnswer(110, false, 0));
        HopAnswer answer = followingEdge.verifyResponse(request.nonce(), 200, fields);
        assertNotNull(answer);
        assertEquals(1_033, answer.bornAt());
    }

    /** A shield's word as an edge reads it that calls revisions otherwise; null for none. */
    private @Nullable Vouch vouched(
            String history, @Nullable Vouch own, UnaryOperator<FieldList> way) {
        HopAuth followingEdge = edge.following(() -> new HistoryFrame(A, 1_000), Vouching.NONE);
        HopAuth followingShield =
                shield.following(() -> new HistoryFrame(history, 77), saying(own));
        HopRequest request =
                followingShield.verifyRequest(
                        head(
                                followingEdge
                                        .signRequest(
                                                "GET", "www.example", "/a?b", FIELDS, 1_041, 1_040)
                                        .fields()));
        assertNotNull(request);
        FieldList fields = followingShield.signResponse(request, 200, new HopAnswer(110, false, 0));
        HopAnswer answer = followingEdge.verifyResponse(request.nonce(), 200, way.apply(fields));
        return answer == null ? null : answer.vouch();
    }

    private static Vouching saying(@Nullable Vouch own) {
        return new Vouching() {
            @Override
            public @Nullable Vouch own() {
                return own;
            }

            @Override
            public void heard(Vouch vouch, long sentMillis) {
                throw new AssertionError("nobody vouches for a shield");
            }
        };
    }

    @Test
    void rule14AShieldSaysWhatItHasAppliedAndWhatIsLeftOfItsLease() {
        // 118 is 41 to the shield, and 1,041 to the edge.
        assertEquals(
                new Vouch(1_041, 20_000), vouched(A, new Vouch(118, 20_000), fields -> fields));
        assertEquals(new Vouch(1_041, 0), vouched(A, new Vouch(118, 0), fields -> fields));
        assertNull(vouched(A, null, fields -> fields));
        assertNull(vouched(B, new Vouch(118, 20_000), fields -> fields), "another history");
    }

    @Test
    void rule14WhatAStrangerSaysOfALeaseIsNotBelieved() {
        Vouch own = new Vouch(118, 20_000);
        assertNull(
                vouched(
                        A,
                        own,
                        fields ->
                                fields.toBuilder().set(HopFields.LEASE, A + ".41;30000").build()));
        assertNull(
                vouched(
                        A,
                        null,
                        fields ->
                                fields.toBuilder().add(HopFields.LEASE, A + ".41;30000").build()));
    }

    @Test
    void rule17NumbersOfTwoHistoriesAreNeverCompared() {
        HopAuth followingEdge = edge.following(() -> new HistoryFrame(A, 0), Vouching.NONE);
        HopAuth followingShield = shield.following(() -> new HistoryFrame(B, 0), Vouching.NONE);
        HopAuth.SignedRequest signed =
                followingEdge.signRequest("GET", "www.example", "/a?b", FIELDS, 41, 40);

        HopRequest request = followingShield.verifyRequest(head(signed.fields()));

        assertNotNull(request);
        assertTrue(request.foreign());
        assertTrue(Objects.requireNonNull(shield.verifyRequest(head(signed.fields()))).foreign());
        FieldList own = followingShield.signResponse(request, 200, new HopAnswer(41, false, 0));
        assertEquals(A + ".41", own.first(HopFields.BORN), "in the sender's history");
        FieldList other =
                followingShield.signResponse(
                        new HopRequest(41, 40, request.nonce(), new HistoryFrame(B, 0), false),
                        200,
                        new HopAnswer(41, false, 0));
        HopAnswer answer = followingEdge.verifyResponse(request.nonce(), 200, other);
        assertNotNull(answer);
        assertEquals(0, answer.bornAt());
    }

    private static HopRequest request(long applied, long need, String nonce) {
        return new HopRequest(applied, need, nonce, HistoryFrame.ALONE, false);
    }

    private HopAuth.SignedRequest sign() {
        return edge.signRequest("GET", "www.example", "/a?b", FIELDS, 41, 40);
    }

    private static RequestHead head(FieldList fields) {
        return new RequestHead("GET", "http", "www.example", "/a?b", fields);
    }

    private @Nullable HopRequest verify(
            String method, String authority, String target, FieldList fields) {
        return shield.verifyRequest(new RequestHead(method, "http", authority, target, fields));
    }

    private HopAuth auth(String quarter) {
        return new HopAuth(
                FleetKey.of(quarter.repeat(4).getBytes(US_ASCII)),
                () -> clock.instant().toEpochMilli(),
                new SecureRandom());
    }

    @Test
    void keyFileThatCannotBeUsedIsToldToTheOperator(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("fleet.key"), "too short");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        IOException told = assertThrows(IOException.class, () -> HopAuth.withKeyFrom(file));
        assertTrue(told.toString().contains(file.toString()), told.toString());
    }
}
