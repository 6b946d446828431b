import Examples
import Myelin
import Testing

@Suite struct SequenceExamplesTests {
  @Test("reversal looks along the anti-diagonal")
  func looksBackwards() {
    let outcome = Reversal.run(seed: 1, maximum: 2000, longest: 6)
    let rows = outcome.lines.filter { $0.hasSuffix("|") }
    #expect(rows.map { $0.dropFirst(2).first } == Array("sequen".reversed()))
    let shades = Array(" .:-=+*#%@")
    for (place, row) in rows.enumerated() {
      let cells = Array(row.split(separator: "|")[1])
      let weights = (0..<6).map { Double(shades.firstIndex(of: cells[2 * $0]) ?? 0) }
      let middle = weights.enumerated().reduce(0) { $0 + Double($1.offset) * $1.element }
      // It may rest on the letter and its neighbour, whose state knows of it as well.
      #expect(abs(middle / weights.reduce(0, +) - Double(5 - place)) <= 1, "\(row)")
    }
  }

  @Test("what is forecast does not change what is known: no number of the future is in the scaling")
  func keepsTheFuture() throws {
    let series = try MonthlySeries.elNino()
    let changed = MonthlySeries(
      name: series.name, start: series.start,
      values: series.values.enumerated().map { $0 < 44 * 12 ? $1 : -$1 })
    let (data, other) = (SeaTemperatures(series), SeaTemperatures(changed))
    for (one, two) in [(data.training, other.training), (data.validation, other.validation)] {
      #expect(one.all.inputs.scalars(as: Float.self) == two.all.inputs.scalars(as: Float.self))
      #expect(one.all.targets.scalars(as: Float.self) == two.all.targets.scalars(as: Float.self))
    }
    #expect(
      data.test.all.targets.scalars(as: Float.self)
        != other.test.all.targets.scalars(as: Float.self))
  }

  @Test("windows to train on, to validate and to test share no target")
  func partsInTime() throws {
    let data = SeaTemperatures(try MonthlySeries.elNino())
    let spans = [data.training, data.validation, data.test].map { windows in
      (first: windows.origins.first ?? 0, end: (windows.origins.last ?? 0) + windows.horizon)
    }
    #expect(spans.map(\.first) == [12, 408, 528] && spans.map(\.end) == [408, 528, 732])
  }
}
