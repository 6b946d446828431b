/// How the numbers of a parameter, or of its gradient, spread over the steps of a run: bands between
/// quantiles, and the last histogram beside them.
struct Distribution {
  let name: String
  let moments: [RunHistory.HistogramMoment]
  let style: String

  /// The parts of the numbers below the edges of the bands, from outside to inside.
  private static let bands = [(0.0, 1.0), (0.07, 0.93), (0.16, 0.84), (0.31, 0.69)]

  /// The figure, of at most `stepCount` steps; empty without histograms.
  func html(stepCount: Int) -> String {
    let shown = Distribution.thinned(moments, stepCount)
    guard let first = shown.first, let last = shown.last else { return "" }
    let edges = shown.flatMap { [$0.histogram.edges.first, $0.histogram.edges.last] }
      .compactMap { $0 }
    guard let vertical = Axis(of: edges, tickCount: 3) else { return "" }
    let horizontal = Axis(from: first.step, to: last.step)
    let label = HTMLText.escaped(
      "\(name), between \(Words.number(vertical.lower)) and \(Words.number(vertical.upper))")
    let svg =
      "<svg viewBox=\"0 0 1000 1000\" preserveAspectRatio=none role=img aria-label=\"\(label)\">"
    return "<div class=\"spread \(style)\"><p>\(HTMLText.escaped(name))</p>"
      + "<div class=fan><div class=plot>" + svg + zero(vertical) + fan(shown, horizontal, vertical)
      + "</svg>" + Distribution.sideLabels(vertical) + "</div>"
      + "<div class=plot>" + svg + bars(last.histogram, vertical) + "</svg></div></div></div>"
  }

  private static func sideLabels(_ axis: Axis) -> String {
    axis.ticks.compactMap { tick in
      axis.place(tick).map {
        "<span class=y style=\"top:\(Int((1 - $0) * 100))%\">\(Words.number(tick, digits: 2))</span>"
      }
    }.joined()
  }

  private func zero(_ axis: Axis) -> String {
    guard let place = axis.place(0), (0...1).contains(place) else { return "" }
    return "<path class=grid d=\"M0 \(Int(1000 - place * 1000))H1000\"/>"
  }

  private func fan(
    _ moments: [RunHistory.HistogramMoment], _ x: Axis, _ y: Axis
  ) -> String {
    // A single moment is a band over the whole width.
    let places =
      moments.count == 1
      ? [0, 1000] : moments.map { Int((x.place(Double($0.step)) ?? 0) * 1000) }
    let shown = moments.count == 1 ? [moments[0], moments[0]] : moments
    return Distribution.bands.map { low, high in
      func side(_ share: Double) -> [String] {
        zip(places, shown).map { place, moment in
          let value = Distribution.quantile(share, of: moment.histogram)
          return "\(place) \(Int(1000 - (y.place(value) ?? 0) * 1000))"
        }
      }
      let outline = side(high) + side(low).reversed()
      return "<path class=band d=\"M\(outline.joined(separator: "L"))Z\"/>"
    }.joined()
  }

  private func bars(_ histogram: RunEvent.Histogram, _ y: Axis) -> String {
    let most = Double(max(histogram.counts.max() ?? 1, 1))
    let rows = histogram.counts.enumerated().map { index, count -> String in
      let top = Int(1000 - (y.place(histogram.edges[index + 1]) ?? 0) * 1000)
      let bottom = Int(1000 - (y.place(histogram.edges[index]) ?? 0) * 1000)
      return count == 0
        ? "" : "M0 \(top)H\(max(Int(Double(count) / most * 1000), 4))V\(bottom)H0Z"
    }
    return "<path class=bars d=\"\(rows.joined())\"/>"
  }

  /// The number below which such a share of all lies, as if numbers were even inside an interval.
  static func quantile(_ share: Double, of histogram: RunEvent.Histogram) -> Double {
    let total = Double(histogram.counts.reduce(0, +))
    guard let first = histogram.edges.first, let last = histogram.edges.last, total > 0 else {
      return 0
    }
    if share <= 0 { return first }
    var rest = share * total
    for (index, count) in histogram.counts.enumerated() where count > 0 {
      if rest <= Double(count) {
        let (lower, upper) = (histogram.edges[index], histogram.edges[index + 1])
        return lower + (upper - lower) * rest / Double(count)
      }
      rest -= Double(count)
    }
    return last
  }

  /// Some of many, the first and the last among them.
  private static func thinned<Element>(_ all: [Element], _ count: Int) -> [Element] {
    if all.count <= count || count < 2 { return all }
    return (0..<count).map { all[$0 * (all.count - 1) / (count - 1)] }
  }
}
