/// Examples with their pictures, the worst and the best.
struct ExampleGallery {
  let evaluation: ReportEvaluation
  /// So many bytes of pictures stand in a page.
  private static let mostPictureBytes = 600_000
  private static let mostExamples = 24

  var html: String {
    let worst = section("Worst examples", "the largest loss first", evaluation.worst)
    return worst + section("Best examples", "the smallest loss first", evaluation.best)
  }

  private func section(
    _ title: String, _ order: String, _ examples: [ReportEvaluation.Example]
  ) -> String {
    if examples.isEmpty { return "" }
    var budget = ExampleGallery.mostPictureBytes / 2
    var html =
      "<section><h2>\(title)</h2><p class=note>Of \(HTMLText.escaped(evaluation.dataName)) data, "
      + "\(order).</p><ol class=gallery>"
    for example in examples.prefix(ExampleGallery.mostExamples) {
      html += ExampleGallery.item(example, &budget)
    }
    return html + "</ol></section>\n"
  }

  private static func item(_ example: ReportEvaluation.Example, _ budget: inout Int) -> String {
    let (actual, predicted) = (
      HTMLText.escaped(example.actual), HTMLText.escaped(example.predicted)
    )
    let isRight = example.actual == example.predicted
    var html = "<li class=card>"
    if let picture = example.picture, picture.count <= budget {
      budget -= picture.count
      html += "<img alt=\"\(actual)\" src=\"\(HTMLText.dataAddress(picture, type: "image/png"))\">"
    }
    html += "<div>"
    html +=
      isRight
      ? "<b class=right>\(predicted)</b>"
      : "\(actual) taken for <b class=wrong>\(predicted)</b>"
    let probability = example.probability.map { "\(Words.percent($0)) sure, " } ?? ""
    html += "<small>\(probability)loss \(Words.number(example.loss))</small>"
    if !example.caption.isEmpty {
      html += "<small class=caption>\(HTMLText.escaped(HTMLText.cut(example.caption, to: 300)))"
        + "</small>"
    }
    return html + "</div></li>"
  }
}
