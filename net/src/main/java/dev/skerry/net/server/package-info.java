/** The server side of HTTP: the only package that imports Undertow. */
@NullMarked
package dev.skerry.net.server;

import org.jspecify.annotations.NullMarked;
