/**
 * What tests over real sockets need: a scripted origin, a raw client, gates, a manual clock, child
 * processes. Imports nothing but the JDK.
 */
@NullMarked
package dev.skerry.testkit;

import org.jspecify.annotations.NullMarked;
