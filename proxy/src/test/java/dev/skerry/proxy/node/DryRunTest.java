package dev.skerry.proxy.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.config.protocol.DryRunAnswer;
import dev.skerry.config.protocol.DryRunAnswer.Count;
import dev.skerry.config.protocol.DryRunQuestion;
import dev.skerry.config.protocol.DryRunQuestion.Named;
import dev.skerry.config.protocol.MalformedMessage;
import dev.skerry.config.protocol.PurgeRecord.Mode;
import dev.skerry.config.protocol.PurgeRecord.Scope;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What a node says a purge would hit. */
class DryRunTest extends NodeScene {
    @Test
    void whatIsInMemoryIsCounted() throws Exception {
        store("/a/1", "x y", "12345");
        store("/a/2", "x", "123");
        store("/b", "y", "1");
        assertEquals(new Count(2, 8, true), memory(Mode.HARD, Scope.TAG, "x"));
        assertEquals(new Count(1, 1, true), memory(Mode.HARD, Scope.URL, "localhost/b"));
        assertEquals(new Count(2, 8, true), memory(Mode.HARD, Scope.PREFIX, "localhost/a"));
        assertEquals(new Count(3, 9, true), memory(Mode.SOFT, Scope.HOST, "localhost"));
        assertEquals(new Count(3, 9, true), memory(Mode.HARD, Scope.EVERYTHING, ""));
        assertEquals(Count.NONE, memory(Mode.HARD, Scope.TAG, "z"));
        DryRunAnswer both =
                ask(Mode.HARD, 0, 0, new Named(Scope.TAG, "y"), new Named(Scope.TAG, "x"));
        assertEquals(new Count(3, 9, true), both.memory());
        assertEquals(Count.NONE, both.disk());
        // Nothing was purged, and nobody fetched it anew.
        assertEquals("12345", get("/a/1").text());
        assertEquals(3, origin.requests().size());
    }

    @Test
    void whatIsPurgedAlreadyIsNotHitAgain() throws Exception {
        store("/a", "x", "1");
        store("/b", "x", "2");
        purge(Scope.URL, "localhost/a", Mode.SOFT);
        assertEquals(1, memory(Mode.SOFT, Scope.TAG, "x").objects());
        assertEquals(2, memory(Mode.HARD, Scope.TAG, "x").objects());
        purge(Scope.URL, "localhost/a", Mode.HARD);
        assertEquals(1, memory(Mode.HARD, Scope.TAG, "x").objects());
        assertEquals(1, memory(Mode.HARD, Scope.EVERYTHING, "").objects());
    }

    @Test
    void whatIsAskedForInTheWindowIsWhatTheOriginWouldBeAskedFor() throws Exception {
        for (String target : List.of("/a", "/b", "/c")) {
            store(target, "x", "1");
            get(target);
        }
        store("/other", "z", "1");
        CompletableFuture<DryRunAnswer> later =
                CompletableFuture.supplyAsync(
                        () -> ask(Mode.HARD, 1500, 0, new Named(Scope.TAG, "x")));
        while (!later.isDone()) {
            for (String target : List.of("/a", "/b", "/other")) {
                assertEquals("1", get(target).text());
            }
        }
        DryRunAnswer answer = later.get(30, TimeUnit.SECONDS);
        assertEquals(3, answer.memory().objects());
        assertEquals(2, answer.requested());
        assertEquals(2, answer.sample().size());
        assertTrue(answer.windowMillis() >= 1500, answer::toString);
        assertEquals(4, origin.requests().size());
    }

    @Test
    void countingEndsWhenThereIsEnough() throws Exception {
        for (int i = 0; i < 5; i++) {
            store("/" + i, "x", "1");
        }
        DryRunAnswer answer = ask(Mode.HARD, 0, 2, new Named(Scope.EVERYTHING, ""));
        assertEquals(2, answer.memory().objects());
    }

    @Test
    void whatIsNoQuestionIsAProblem() {
        assertTrue(node.answer("{\"kind\":\"dry-run\"}").startsWith("{\"problem\":"));
        assertTrue(node.answer("{\"kind\":\"pace\"}").startsWith("{\"problem\":"));
    }

    private void store(String target, String tags, String body) throws Exception {
        origin.on(target, cacheable().field("Surrogate-Key", tags).body(body));
        get(target);
    }

    private Count memory(Mode mode, Scope scope, String value) {
        return ask(mode, 0, 0, new Named(scope, value)).memory();
    }

    private DryRunAnswer ask(Mode mode, long window, long enough, Named... purges) {
        String question =
                new DryRunQuestion("default", mode, window, enough, List.of(purges)).json();
        try {
            return DryRunAnswer.parse(node.answer(question));
        } catch (MalformedMessage e) {
            throw new AssertionError(e);
        }
    }
}
