// Where things are. It draws shapes alone, no tiles; the list beside it says the same.
import * as L from "leaflet";
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { shapes, type Board, type Shapes, type Station } from "./api";
import { Badge } from "./badge";
import { open } from "./keys";
import { shown } from "./state";
import { amount, level, numbered, say, zone } from "./words";

const MARKS = ["●", "■", "▲", "⬢", "◆"]; // the shapes of the badges
const WEIGHT = [2, 4, 6, 8];

/** The worst that is released or measured in a zone; null where nobody knows. */
function worstIn(board: Board, id: string): number | null {
  const own = board.zones.filter((one) => one.zone === id);
  const worst = Math.max(0, ...own.flatMap((one) => [one.released_level, one.measured_level]));
  return worst > 0 || (own.length > 0 && own.every((one) => one.known)) ? worst : null;
}

function colour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function zoneText(board: Board, id: string): string {
  const worst = worstIn(board, id);
  return `${zone(id)}: ${worst === null ? say("live_unknown") : worst ? level(worst) : say("calm_level")}`;
}

function label(text: string, shade: string): L.DivIcon {
  const span = document.createElement("span");
  span.className = `badge s-${shade}`;
  span.textContent = text;
  return L.divIcon({ html: span, className: "pin", iconSize: undefined });
}

function stationText(one: Station): string {
  return `${one.name} ${one.fresh ? amount(one.value, one.unit) : say("silent")}`;
}

/** Everything that changes with the board. */
function draw(onto: L.LayerGroup, board: Board, found: Shapes): void {
  onto.clearLayers();
  for (const [id, edge] of Object.entries(found.zones)) {
    const worst = worstIn(board, id);
    const shape = L.polygon(edge, {
      color: colour("--text"), weight: WEIGHT[worst ?? 0]!, dashArray: worst === null ? "2 8" : worst === 0 ? "8 6" : undefined,
      fillColor: worst === null ? "transparent" : colour(`--s${worst}`), fillOpacity: 0.5, interactive: false,
    });
    onto.addLayer(shape);
    const text = `${worst === null ? "✕" : MARKS[worst]} ${zone(id)}`;
    const pin = L.marker(shape.getBounds().getCenter(), { icon: label(text, worst === null ? "unknown" : String(worst)), title: zoneText(board, id), alt: zoneText(board, id) });
    pin.on("click keypress", (event) => {
      const row = board.rows.find((each) => each.zone === id && !each.over);
      const { originalEvent } = event as L.LeafletEvent & { originalEvent?: KeyboardEvent };
      if (row !== undefined && (event.type === "click" || originalEvent?.key === "Enter")) open(row.warning);
    });
    onto.addLayer(pin);
  }
  for (const one of board.stations.filter((each) => each.main)) {
    const at = found.stations[one.station];
    if (at === undefined) continue;
    const mark = one.shade === "unknown" ? "✕" : (MARKS[Number(one.shade)] ?? "○");
    onto.addLayer(L.marker(at, { icon: label(`${mark} ${stationText(one)}`, one.shade), title: stationText(one), alt: stationText(one), keyboard: false, interactive: false }));
  }
}

function Picture({ found }: { found: Shapes }): JSX.Element {
  const place = useRef<HTMLDivElement>(null);
  const group = useRef<L.LayerGroup | null>(null);
  const board = shown.value;
  useEffect(() => {
    const map = L.map(place.current!, { zoomControl: false, attributionControl: false, zoomAnimation: false, fadeAnimation: false, markerZoomAnimation: false, zoomSnap: 0.25 });
    L.control.zoom({ zoomInTitle: say("live_curves_closer"), zoomOutTitle: say("live_curves_wider") }).addTo(map);
    if (found.attribution) L.control.attribution({ prefix: false }).addAttribution(found.attribution.replace(/[<>&"]/g, " ")).addTo(map);
    const bounds = L.latLngBounds([...Object.values(found.zones).flat(), ...Object.values(found.stations)]);
    for (const one of found.layers) {
      const layer = L.geoJSON(one.shapes as unknown as GeoJSON.GeoJsonObject, {
        style: { color: colour("--link"), weight: 2, fillOpacity: 0.1 }, interactive: false,
        pointToLayer: (_, at) => L.circleMarker(at, { radius: 4, color: colour("--link"), interactive: false }),
      });
      layer.addTo(map);
      if (layer.getBounds().isValid()) bounds.extend(layer.getBounds());
    }
    map.fitBounds(bounds.isValid() ? bounds : L.latLngBounds([[-60, -170], [75, 170]]), { padding: [20, 20] });
    group.current = L.layerGroup().addTo(map);
    if (shown.peek() !== null) draw(group.current, shown.peek()!, found);
    const watch = new ResizeObserver(() => map.invalidateSize({ animate: false }));
    watch.observe(place.current!);
    return () => {
      watch.disconnect();
      map.remove();
    };
  }, [found]);
  useEffect(() => {
    const focused = document.activeElement?.getAttribute("title");
    if (group.current !== null && board !== null) draw(group.current, board, found);
    if (focused && place.current!.contains(document.activeElement) === false) place.current!.querySelector<HTMLElement>(`[title="${CSS.escape(focused)}"]`)?.focus();
  }, [board]);
  return <div class="map" ref={place} id="map" role="region" tabIndex={0} aria-label={say("live_map_keys")} />;
}

/** The same in words. */
function Said({ found }: { found: Shapes }): JSX.Element | null {
  const board = shown.value;
  if (board === null) return null;
  const ids = [...new Set([...board.zones.map((one) => one.zone), ...Object.keys(found.zones)])];
  const missing = board.stations.filter((one) => one.main && found.stations[one.station] === undefined);
  return (
    <>
      <h3>{say("live_map_list")}</h3>
      <ul class="said-map">
        {ids.map((id) => {
          const worst = worstIn(board, id);
          return <li key={id}><Badge shade={worst === null ? "unknown" : String(worst)}>{worst === null ? say("live_unknown") : numbered(worst)}</Badge> {zoneText(board, id)}</li>;
        })}
        {board.stations.filter((one) => one.main).map((one) => <li key={one.station}>{stationText(one)}</li>)}
      </ul>
      {missing.length > 0 && <p><small>{say("live_map_missing", { stations: missing.map((one) => one.name).join(", ") })}</small></p>}
      {found.layers.length > 0 && <p><small>{say("live_map_layers", { layers: found.layers.map((one) => one.name).join(", ") })} {found.attribution}</small></p>}
      {found.faults.length > 0 && <div class="alarm"><p>{say("live_map_faults")}</p><ul>{found.faults.map((one) => <li key={one}>{one}</li>)}</ul></div>}
    </>
  );
}

export function Plan(): JSX.Element {
  const [found, keep] = useState<Shapes | "failed" | null>(null);
  useEffect(() => {
    shapes().then(keep, () => keep("failed"));
  }, []);
  return (
    <section class="panel plan" aria-labelledby="plan">
      <h2 id="plan" tabIndex={-1}>{say("live_map")}</h2>
      {found === null && <p>{say("live_loading")}</p>}
      {found === "failed" && <p class="alarm">{say("live_map_failed")}</p>}
      {found !== null && found !== "failed" && <Picture found={found} />}
      {found !== null && found !== "failed" && <Said found={found} />}
    </section>
  );
}
