package dev.skerry.control.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.skerry.control.http.ApiAnswer;
import dev.skerry.control.http.ApiCall;
import dev.skerry.control.http.Caller;
import dev.skerry.control.http.EmbeddedApi;
import dev.skerry.control.http.Resource.Verb;
import dev.skerry.control.store.embedded.EmbeddedStore;
import dev.skerry.testkit.ManualClock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AccessApiTest {
    private static final String PURGER =
            "{\"name\":\"cms\",\"verbs\":[\"purge\",\"read\"],\"sites\":[\"shop\"]}";

    @TempDir private Path folder;
    private final ManualClock clock = new ManualClock();
    private EmbeddedStore store;
    private AuditTrail audit;
    private Tokens tokens;
    private EmbeddedApi api;

    @BeforeEach
    void open() throws IOException {
        store = EmbeddedStore.open(folder.resolve("store"), clock);
        audit = new AuditTrail(store, clock);
        tokens = Tokens.open(store, audit, folder, clock);
        api = new EmbeddedApi(new AccessApi(tokens, audit).resources());
    }

    @AfterEach
    void close() throws IOException {
        store.close();
    }

    @Test
    void theFirstStartLeavesATokenForTheOperatorAndOneForNodes() throws Exception {
        Caller admin = identified(secret(Tokens.ADMIN_FILE));
        assertEquals(new Caller("admin", Set.of(Verb.ADMIN), null), admin);
        assertTrue(admin.may(Verb.CONFIGURE) && admin.may(Verb.NODE) && admin.sees("any"));
        Caller node = identified(secret(Tokens.NODE_FILE));
        assertEquals(new Caller("node", Set.of(Verb.NODE), null), node);
        assertFalse(node.may(Verb.READ));
        for (String file : List.of(Tokens.ADMIN_FILE, Tokens.NODE_FILE)) {
            assertEquals(
                    PosixFilePermissions.fromString("rw-------"),
                    Files.getPosixFilePermissions(folder.resolve(file)));
        }
    }

    @Test
    void laterStartsWriteNothingAndKnowTheSameTokens() throws Exception {
        String secret = secret(Tokens.ADMIN_FILE);
        Files.delete(folder.resolve(Tokens.ADMIN_FILE));
        reopen();
        assertFalse(Files.exists(folder.resolve(Tokens.ADMIN_FILE)));
        assertEquals("admin", identified(secret).name());
    }

    @Test
    void aStoreThatWasLostTakesTheTokensThatItsFilesHold() throws Exception {
        String secret = secret(Tokens.ADMIN_FILE);
        store.close();
        store = EmbeddedStore.open(folder.resolve("another"), clock);
        audit = new AuditTrail(store, clock);
        tokens = Tokens.open(store, audit, folder, clock);
        assertEquals("admin", identified(secret).name());
        assertEquals(secret, secret(Tokens.ADMIN_FILE));
    }

    @Test
    void aFileThatOthersCanReadOrThatHoldsSomethingElseIsNotTaken() throws Exception {
        store.close();
        Path file = folder.resolve(Tokens.ADMIN_FILE);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        assertRefused(file);
        Files.writeString(file, "letmein\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        assertRefused(file);
        store = EmbeddedStore.open(folder.resolve("store"), clock);
    }

    private void assertRefused(Path file) throws IOException {
        try (EmbeddedStore empty = EmbeddedStore.open(folder.resolve("empty"), clock)) {
            AuditTrail trail = new AuditTrail(empty, clock);
            IOException e =
                    assertThrows(IOException.class, () -> Tokens.open(empty, trail, folder, clock));
            assertTrue(String.valueOf(e.getMessage()).startsWith(file.toString()), e.toString());
        }
    }

    @Test
    void theSecretIsShownOnceAndKeptNowhere() throws Exception {
        ApiAnswer made = call("POST", "/v1/tokens", PURGER);
        assertEquals(201, made.status());
        String secret = json(made).path("token").asText();
        Caller caller = identified(secret);
        assertTrue(caller.may(Verb.PURGE) && caller.may(Verb.READ) && !caller.may(Verb.CONFIGURE));
        assertTrue(caller.sees("shop") && !caller.sees("blog"));
        String listed = call("GET", "/v1/tokens", "").body();
        assertTrue(listed.contains("\"cms\"") && !listed.contains("sha256"), listed);
        assertFalse(listed.contains(secret));
        assertFalse(store.list("", null, 1000).toString().contains(secret));
        reopen();
        assertEquals("cms", identified(secret).name());
    }

    @Test
    void aTokenHasTheRateThatItWasMadeWith() throws Exception {
        for (int rate : new int[] {1, 10_000}) {
            String wanted =
                    "{\"name\":\"r" + rate + "\",\"verbs\":[\"purge\"],\"rate\":" + rate + "}";
            JsonNode made = json(call("POST", "/v1/tokens", wanted));
            assertEquals(rate, made.path("rate").asInt());
            reopen();
            assertEquals(rate, identified(made.path("token").asText()).rate());
        }
        assertFalse(json(call("POST", "/v1/tokens", PURGER)).has("rate"));
    }

    @Test
    void anEndedTokenIsNobodysAtOnce() throws Exception {
        String secret = json(call("POST", "/v1/tokens", PURGER)).path("token").asText();
        assertEquals(204, call("DELETE", "/v1/tokens/cms", "").status());
        assertNull(tokens.identify("Bearer " + secret));
        assertEquals(404, call("DELETE", "/v1/tokens/cms", "").status());
        assertEquals(409, call("DELETE", "/v1/tokens/admin", "").status());
        assertNotNull(tokens.identify("Bearer " + secret(Tokens.ADMIN_FILE)));
    }

    @Test
    void namesAreTakenOnceAndOtherSecretsAreDifferent() throws Exception {
        String first = json(call("POST", "/v1/tokens", PURGER)).path("token").asText();
        assertEquals(409, call("POST", "/v1/tokens", PURGER).status());
        String other = PURGER.replace("cms", "ci");
        assertNotEquals(first, json(call("POST", "/v1/tokens", other)).path("token").asText());
    }

    @Test
    void wrongAuthorizationsNameNobody() throws Exception {
        String secret = secret(Tokens.ADMIN_FILE);
        assertNull(tokens.identify(null));
        for (String wrong :
                List.of("", "Bearer", "Bearer ", "Basic " + secret, secret, "Bearer x" + secret)) {
            assertNull(tokens.identify(wrong), wrong);
        }
        assertNotNull(tokens.identify("bearer  " + secret));
    }

    @Test
    void badTokenRequestsAreRefused() throws Exception {
        for (String bad :
                List.of(
                        "",
                        "[]",
                        "{",
                        "{\"name\":\"x\"}",
                        "{\"name\":\"x\",\"verbs\":[]}",
                        "{\"name\":\"x\",\"verbs\":[\"anyone\"]}",
                        "{\"name\":\"X\",\"verbs\":[\"read\"]}",
                        "{\"name\":\"x\",\"verbs\":[\"read\"],\"sites\":[]}",
                        "{\"name\":\"x\",\"verbs\":[\"admin\"],\"sites\":[\"shop\"]}",
                        "{\"name\":\"x\",\"name\":\"y\",\"verbs\":[\"read\"]}",
                        "{\"name\":\"x\",\"verbs\":[\"read\"],\"rate\":0}",
                        "{\"name\":\"x\",\"verbs\":[\"read\"],\"rate\":10001}",
                        "{\"name\":\"x\",\"verbs\":[\"read\"],\"rate\":1.5}",
                        "{\"name\":\"x\",\"verbs\":[\"read\"],\"rate\":\"1\"}",
                        "{\"name\":\"x\",\"verbs\":[\"read\"],\"expires\":1}")) {
            assertEquals(400, call("POST", "/v1/tokens", bad).status(), bad);
        }
        assertEquals(2, tokens.list().size());
    }

    @Test
    void theTrailTellsInOrderWhoDidWhat() throws Exception {
        call("POST", "/v1/tokens", PURGER);
        clock.advance(Duration.ofSeconds(1));
        call("DELETE", "/v1/tokens/cms", "");
        tokens.refused(Caller.NOBODY, "PUT /v1/sites/{site}", "shop", 401, "no token");
        JsonNode entries = trail(null);
        assertEquals(3, entries.size());
        assertEquals("POST /v1/tokens", entries.at("/0/what").asText());
        assertEquals("2026-01-01T00:00:01Z", entries.at("/1/when").asText());
        assertEquals("refused 401", entries.at("/2/outcome").asText());
        assertEquals("shop", entries.at("/2/site").asText());
        JsonNode rest = trail("after=" + entries.at("/0/id").asText() + "&limit=1");
        assertEquals("DELETE /v1/tokens/{name}", rest.at("/0/what").asText());
        assertEquals(1, rest.size());
        assertEquals(400, answer("GET", "/v1/audit", "after=x", new byte[0]).status());
    }

    @Test
    void aMinuteHasRoomForSixtyRefusals() throws Exception {
        for (int i = 0; i < AuditTrail.REFUSALS_A_MINUTE + 10; i++) {
            tokens.refused(Caller.NOBODY, "PUT /v1/sites/{site}", null, 401, "no token");
        }
        assertEquals(AuditTrail.REFUSALS_A_MINUTE, trail("limit=1000").size());
        clock.advance(Duration.ofMinutes(1));
        tokens.refused(Caller.NOBODY, "PUT /v1/sites/{site}", null, 401, "no token");
        assertEquals(AuditTrail.REFUSALS_A_MINUTE + 1, trail("limit=1000").size());
    }

    private void reopen() throws IOException {
        store.close();
        open();
    }

    private JsonNode trail(@Nullable String query) throws Exception {
        return json(answer("GET", "/v1/audit", query, new byte[0])).path("entries");
    }

    private Caller identified(String secret) {
        Caller caller = tokens.identify("Bearer " + secret);
        assertNotNull(caller);
        return caller;
    }

    private String secret(String file) throws IOException {
        return Files.readString(folder.resolve(file)).strip();
    }

    private ApiAnswer call(String method, String path, String body) throws InterruptedException {
        return answer(method, path, null, body.getBytes(StandardCharsets.UTF_8));
    }

    private ApiAnswer answer(String method, String path, @Nullable String query, byte[] body)
            throws InterruptedException {
        return api.answer(method, path, query, ApiCall.Fields.NONE, body);
    }

    private static JsonNode json(ApiAnswer answer) throws IOException {
        return JsonMapper.builder().build().readTree(answer.body());
    }
}
