import Foundation

/// Curves over steps as a figure of a page: drawn as SVG that stretches, with labels in HTML beside
/// it, so that they stay readable at every width.
struct Chart {
  /// A curve with its name.
  struct Line {
    let name: String
    /// The style sheet's class: `a`, `b`, …
    let style: String
    let curve: Curve
    /// Whether each point is marked.
    let hasMarks: Bool
  }

  let title: String
  let lines: [Line]
  /// Whether there is a switch to a logarithmic scale.
  var offersLogarithm = false
  /// For a chart over the whole width.
  var isWide = false
  /// What stands below: the last and the best values.
  var note = ""

  /// So many points of a curve are drawn, and so many can be read by pointing at them.
  private static let mostPoints = 600
  private static let mostMeans = 240
  /// Beyond so many points a curve is drawn faintly, with its means over it.
  private static let faintCount = 160

  /// The figure; empty without a point. `number` tells its switch from those of other charts.
  func html(_ number: Int) -> String {
    let steps = lines.flatMap { [$0.curve.points.first?.step, $0.curve.points.last?.step] }
      .compactMap { $0 }
    guard let first = steps.min(), let last = steps.max(),
      let vertical = Axis(of: lines.flatMap(\.curve.finiteValues))
    else { return "" }
    // Long numbers need more room.
    let horizontal = Axis(from: first, to: last, tickCount: isWide ? 8 : last < 100_000 ? 5 : 4)
    let logarithmic =
      offersLogarithm
      ? Axis(of: lines.flatMap(\.curve.finiteValues), isLogarithmic: true) : nil
    let escaped = HTMLText.label(title)
    var html = "<figure class=\"card chart\(isWide ? " wide" : "")\">"
    if logarithmic != nil {
      html +=
        "<input type=checkbox id=log\(number) class=log><label for=log\(number)>log scale</label>"
    }
    html += "<figcaption><h3>\(escaped)</h3>\(legend)</figcaption>"
    html += plot(horizontal, vertical, "linear")
    if let logarithmic { html += plot(horizontal, logarithmic, "logarithmic") }
    if !note.isEmpty { html += "<p class=note>\(HTMLText.escaped(note))</p>" }
    return html + "</figure>\n"
  }

  private var legend: String {
    if lines.count < 2 { return "" }
    return "<p class=legend>"
      + lines.map { "<span class=\($0.style)>\(HTMLText.label($0.name))</span>" }.joined()
      + "</p>"
  }

  private func plot(_ x: Axis, _ y: Axis, _ kind: String) -> String {
    var svg = ""
    for tick in y.ticks {
      if let place = y.place(tick) { svg += "<path class=grid d=\"M0 \(down(place))H1000\"/>" }
    }
    for line in lines { svg += drawing(line, x, y) }
    let label = HTMLText.label(note.isEmpty ? title : "\(title): \(note)")
    return "<div class=\"plot \(kind)\" data-chart=\"\(HTMLText.escaped(data(x, y)))\">"
      + "<svg viewBox=\"0 0 1000 1000\" preserveAspectRatio=none role=img aria-label=\"\(label)\">"
      + svg + "</svg>" + Chart.labels(x, y) + "</div>"
  }

  private func drawing(_ line: Line, _ x: Axis, _ y: Axis) -> String {
    let isLong = line.curve.points.count > Chart.faintCount
    var svg = ""
    if isLong {
      let outline = Chart.path(line.curve.outline(Chart.mostPoints), x, y)
      svg += "<path class=\"line faint \(line.style)\" d=\"\(outline)\"/>"
    }
    let points = isLong ? line.curve.means(Chart.mostMeans / 2) : line.curve.points
    svg += "<path class=\"line \(line.style)\" d=\"\(Chart.path(points, x, y))\"/>"
    if (line.hasMarks && points.count <= 60) || points.count == 1 {
      let marks = points.compactMap { point -> String? in
        Chart.position(point, x, y).map { "M\($0)h0" }
      }
      svg += "<path class=\"marks \(line.style)\" d=\"\(marks.joined())\"/>"
    }
    return svg
  }

  /// A path through points, broken where a value is none.
  private static func path(_ points: [Curve.Point], _ x: Axis, _ y: Axis) -> String {
    var path = ""
    var isDown = false
    for point in points {
      guard let position = position(point, x, y) else {
        isDown = false
        continue
      }
      path += (isDown ? "L" : "M") + position
      isDown = true
    }
    return path
  }

  private static func position(_ point: Curve.Point, _ x: Axis, _ y: Axis) -> String? {
    guard let across = x.place(Double(point.step)), let up = y.place(point.value) else {
      return nil
    }
    return "\(short(across * 1000)) \(short(1000 - up * 1000))"
  }

  private static func short(_ value: Double) -> String {
    let tenths = Int((value * 10).rounded())
    return tenths % 10 == 0
      ? String(tenths / 10) : "\(tenths < 0 ? "-" : "")\(abs(tenths) / 10).\(abs(tenths) % 10)"
  }

  private func down(_ place: Double) -> String { Chart.short(1000 - place * 1000) }

  /// The numbers beside both sides.
  static func labels(_ x: Axis, _ y: Axis) -> String {
    var html = ""
    for tick in y.ticks {
      if let place = y.place(tick), place > -0.01, place < 1.01 {
        html += "<span class=y style=\"top:\(percent(1 - place))\">\(tickWords(tick, y))</span>"
      }
    }
    for (index, tick) in x.ticks.enumerated() {
      guard let place = x.place(tick), place > -0.01, place < 1.001 else { continue }
      let edge = place > 0.97 ? " end" : place < 0.03 ? " start" : ""
      // On a narrow page every second one makes room.
      let spare = x.ticks.count > 5 && (x.ticks.count - index) % 2 == 0 ? " spare" : ""
      let words = Words.grouped(Int(exactly: tick) ?? 0)
      html += "<span class=\"x\(edge)\(spare)\" style=\"left:\(percent(place))\">\(words)</span>"
    }
    // In the corner, where no number can come.
    return html + "<span class=unit>steps</span>"
  }

  private static func percent(_ place: Double) -> String {
    short(place * 100) + "%"
  }

  /// As many digits as tell neighbours apart.
  private static func tickWords(_ tick: Double, _ axis: Axis) -> String {
    if axis.isLogarithmic || axis.ticks.count < 2 { return Words.number(tick) }
    let step = axis.ticks[1] - axis.ticks[0]
    let largest = axis.ticks.map { abs($0) }.max() ?? 0
    if abs(tick) < step * 1e-6 { return "0" }
    if step >= 1 && largest < 1e6 { return Words.grouped(Int(tick.rounded())) }
    if largest >= 1e5 || step < 1e-4 {
      return String(format: "%.\(max(1, Int(ceil(log10(largest / step))) + 1))g", tick)
    }
    let digits = max(0, Int(ceil(-log10(step) - 1e-9)))
    return String(format: "%.\(digits)f", tick)
  }

  /// What the page's script needs to say the values that the pointer is at.
  private func data(_ x: Axis, _ y: Axis) -> String {
    let curves = lines.map { line -> String in
      let points = line.curve.means(Chart.mostMeans).filter { $0.value.isFinite }
      let steps = points.map { String($0.step) }.joined(separator: ",")
      let values = points.map { String(format: "%.4g", $0.value) }.joined(separator: ",")
      let epochs = points.map { String(format: "%.2f", $0.epoch.isFinite ? $0.epoch : 0) }.joined(
        separator: ",")
      return "{\"n\":\(JSONText.quoted(line.name)),\"c\":\"\(line.style)\",\"s\":[\(steps)],"
        + "\"v\":[\(values)],\"e\":[\(epochs)]}"
    }
    return "{\"x\":[\(x.lower),\(x.upper)],\"y\":[\(y.lower),\(y.upper)],"
      + "\"log\":\(y.isLogarithmic),\"lines\":[\(curves.joined(separator: ","))]}"
  }
}

/// Texts of JSON.
enum JSONText {
  static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": result += "\\\(scalar)"
      case _ where scalar.value < 0x20: result += " "
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
