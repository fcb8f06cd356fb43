package dev.skerry.cli.up;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.config.load.ConfigLoader;
import dev.skerry.config.load.Loaded;
import dev.skerry.testkit.ReceivedRequest;
import dev.skerry.testkit.Reply;
import dev.skerry.testkit.ScriptedOrigin;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SiteSetupTest {
    private static final String OURS = SiteSetup.document("http://127.0.0.1:1234", true);

    @TempDir Path folder;
    private ScriptedOrigin api;

    @BeforeEach
    void start() throws IOException {
        api = ScriptedOrigin.start();
        Files.writeString(folder.resolve("admin.token"), "secret\n");
    }

    @AfterEach
    void stop() {
        api.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theDocumentIsValid(boolean demo) {
        String document = SiteSetup.document("https://www.example.org", demo);
        Loaded loaded = ConfigLoader.parse("site.yaml", document.getBytes(StandardCharsets.UTF_8));

        assertEquals(List.of(), loaded.problems());
        assertEquals("demo", loaded.sites().getFirst().name());
        assertEquals(demo ? 1 : 0, loaded.sites().getFirst().rules().size());
    }

    @Test
    void aNetworkWithoutTheSiteGetsIt() throws Exception {
        known(404, "{}");

        apply(OURS);

        ReceivedRequest put = puts().getFirst();
        assertEquals("/v1/sites/demo", put.target());
        assertEquals("Bearer secret", put.field("Authorization"));
        assertEquals(OURS, put.bodyText());
    }

    @Test
    void theSameDocumentIsNotAppliedTwice() throws Exception {
        known(200, OURS);

        apply(OURS);

        assertTrue(puts().isEmpty());
    }

    @Test
    void anotherOriginReplacesTheOneBefore() throws Exception {
        known(200, OURS);

        apply(SiteSetup.document("https://www.example.org", false));

        assertEquals("\"7\"", puts().getFirst().field("If-Match"));
    }

    @Test
    void whatSomebodyHasWrittenStays() throws Exception {
        known(200, OURS + "# mine\n");

        apply(SiteSetup.document("http://127.0.0.1:4321", true));

        assertTrue(puts().isEmpty());
    }

    @Test
    void aRefusalIsSaid() {
        api.on(any -> true, any -> Reply.status(403).body("no"));

        IOException refused = assertThrows(IOException.class, () -> apply(OURS));
        assertEquals(
                "the control plane does not take the site 'demo': 403 no", refused.getMessage());
    }

    private void apply(String document) throws Exception {
        new SiteSetup(api.url(), folder.resolve("admin.token")).apply(document);
    }

    private void known(int status, String body) {
        api.on(
                any -> true,
                request ->
                        request.method().equals("GET")
                                ? Reply.status(status).field("ETag", "\"7\"").body(body)
                                : Reply.ok().body("{}"));
    }

    private List<ReceivedRequest> puts() {
        return api.requests().stream().filter(r -> r.method().equals("PUT")).toList();
    }
}
