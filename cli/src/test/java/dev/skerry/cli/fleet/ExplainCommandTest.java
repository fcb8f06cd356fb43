package dev.skerry.cli.fleet;

import static dev.skerry.cli.fleet.ScriptedControl.json;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.skerry.cli.Ran;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class ExplainCommandTest {
    private static final String NODE =
            """
            {"node":"edge-1","role":"edge","url":"http://a/news","site":"shop",
             "rule":{"index":0,"pass":false,"words":"rule 1: path /news"},
             "key":{"hash":"00ff","site":"shop","scheme":"http","host":"a","target":"/news"},
             "applied":"r7","need":null,
             "stored":[{"chosen":true,"matches":true,"status":200,"bytes":86,
               "parts":["0-9","50-85"],
               "vary":["accept-language"],"selecting":{"accept-language":"de"},
               "tags":["news","front"],"bornAt":"r3",
               "freshness":{"words":"lifetime 60s (max-age) - age 12s = 48s: fresh"},
               "purge":{"judgement":"hard","words":"dead by a purge of tag news","records":[
                 {"what":"tag news","mode":"hard","revision":"r7","applies":true}]}}],
             "hitForMiss":true,"failing":false,"fetchesUnderWay":2,
             "next":{"word":"fetch","reason":"purged","words":"Upstream would be asked."}}
            """;
    private static final String NODE_TEXT =
            """
              site shop, rule 1: path /news
              key http a/news (00ff)
              purges applied up to r7
              stored 200, 86 bytes
                only these bytes: 0-9, 50-85
                varies by accept-language: de
                lifetime 60s (max-age) - age 12s = 48s: fresh
                tags news front
                born at r3: dead by a purge of tag news
                  hard purge of tag news at r7, after it
              a response for this key could not be shared a moment ago
              2 fetches under way
              => fetch: Upstream would be asked.
            """;

    private final ScriptedControl control = new ScriptedControl();

    @AfterEach
    void stop() {
        control.close();
    }

    @Test
    void anExplanationReadsInTheOrderOfTheRequest() {
        control.on(
                "GET",
                "/v1/explain?url=http%3A%2F%2Fa%2Fnews&ip=192.0.2.1",
                json(
                        200,
                        """
                        {"url":"http://a/news","ip":"192.0.2.1",
                         "router":{"words":"The client is sent to edge-1.","candidates":[
                           {"node":"edge-1","location":"fra","kilometres":120,"url":"http://a:1/news"},
                           {"node":"edge-2","location":null,"kilometres":-1,"url":"http://a:2/news"}]},
                         "nodes":[
                           {"node":"edge-1","role":"edge","pop":"fra","chosen":true,"answer":%s},
                           {"node":"shield-1","role":"shield","pop":null,"chosen":false,
                            "problem":"it is not connected"}],
                         "verdict":["edge-1: Upstream would be asked."]}
                        """
                                .formatted(NODE)));

        assertEquals(
                new Ran(
                        0,
                        """
                        http://a/news for a client at 192.0.2.1

                        router
                          The client is sent to edge-1.
                            edge-1, fra, 120 km: http://a:1/news
                            edge-2: http://a:2/news

                        edge edge-1, fra, where the router sends it
                        %s
                        shield shield-1
                          no answer: it is not connected

                        what would happen
                          edge-1: Upstream would be asked.
                        """
                                .formatted(NODE_TEXT),
                        ""),
                control.run("explain", "http://a/news", "--ip=192.0.2.1"));
    }

    @Test
    void oneNodeIsAskedByItsAdminPort() {
        control.on("GET", "/v1/explain?url=http%3A%2F%2Fa%2Fnews", json(200, NODE));

        assertEquals(
                new Ran(0, "http://a/news\n\nedge edge-1\n" + NODE_TEXT, ""),
                Ran.skerry("explain", "http://a/news", "--admin=" + control.url()));
    }

    @Test
    void documentsArePrintedAsTheyCame() {
        control.on("GET", "/v1/explain?url=http%3A%2F%2Fa%2F", json(200, "{\"a\":1}"));

        assertEquals(new Ran(0, "{\"a\":1}\n", ""), control.run("explain", "http://a/", "--json"));
    }

    @Test
    void anAddressIsForTheRouterAlone() {
        assertEquals(
                new Ran(2, "", "skerry: --ip is for the router, which --admin does not ask\n"),
                Ran.skerry("explain", "http://a/", "--admin=127.0.0.1:1", "--ip=192.0.2.1"));
    }
}
