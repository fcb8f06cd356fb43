/** The admin port of a node: metrics, health, and what else is wired to it. Never for clients. */
@NullMarked
package dev.skerry.proxy.admin;

import org.jspecify.annotations.NullMarked;
