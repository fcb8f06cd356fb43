package dev.skerry.config.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ExplainQuestionTest {
    @Test
    void aQuestionComesBackAsItWasSent() throws MalformedMessage {
        ExplainQuestion question =
                ExplainQuestion.of(
                        "HEAD", "https://a.example:8443/b?c=%20d", Map.of("Accept", "text/html"));

        assertEquals(question, ExplainQuestion.parse(question.json()));
    }

    @ParameterizedTest
    @CsvSource({
        "http://a.example, a.example, /",
        "HTTP://A.example/#part, A.example, /",
        "http://[::1]:8081?q, [::1]:8081, /?q",
    })
    void aUrlHasAnAuthorityAndATarget(String url, String authority, String target)
            throws MalformedMessage {
        ExplainQuestion question = ExplainQuestion.of(url);

        assertEquals(authority, question.authority());
        assertEquals(target, question.target());
        assertEquals("http", question.scheme());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/news", "ftp://a/", "http://", "http://a/b c", "http://me@a/"})
    void whatIsNoUrlIsRefused(String url) {
        assertThrows(MalformedMessage.class, () -> ExplainQuestion.of(url));
    }

    @Test
    void aUrlHas8192CharactersAtMost() throws MalformedMessage {
        String start = "http://a/";
        ExplainQuestion.of(start + "b".repeat(8192 - start.length()));

        assertThrows(
                MalformedMessage.class,
                () -> ExplainQuestion.of(start + "b".repeat(8193 - start.length())));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "[]",
                "no",
                "{\"kind\":\"other\",\"method\":\"GET\",\"url\":\"http://a/\",\"fields\":[]}",
                "{\"kind\":\"explain\",\"method\":\"G T\",\"url\":\"http://a/\",\"fields\":[]}",
                "{\"kind\":\"explain\",\"method\":\"GET\",\"url\":\"http://a/\",\"fields\":"
                        + "[{\"name\":\"A\",\"value\":\"1\"},{\"name\":\"a\",\"value\":\"2\"}]}",
            })
    void whatIsNoQuestionIsRefused(String json) {
        assertThrows(MalformedMessage.class, () -> ExplainQuestion.parse(json));
    }
}
