extension ModelPlan {
  /// Throws where a language model could not go on with a text of fewer tokens than it learns from:
  /// a layer that would be another one for a single token is made for one length alone.
  func requireShorter(
    _ entries: [Entry], _ targets: Targets, _ file: String
  ) throws(RecipeError) {
    guard input.rank == 1, let context = input.lengths.first, context > 1 else { return }
    var features = Features([1], vocabulary: input.vocabulary)
    for (entry, layer) in zip(entries, layers) {
      let shorter: PlannedLayer
      do throws(Misfit) {
        shorter = try LayerKind.plan(entry, features, targets)
      } catch {
        throw RecipeError(
          file: file, entry.place,
          "\(entry.name) is for \(context) tokens alone, but a text to go on with may have 1: "
            + "then it \(error.message)")
      }
      features = shorter.output
      // Its positions are learned for the longest text, and those of shorter ones are among them.
      if entry.name == "gpt_network" { continue }
      guard shorter.parameters == layer.parameters, features.rank == layer.output.rank else {
        throw RecipeError(
          file: file, entry.place,
          "\(entry.name) is for \(context) tokens alone, but a text to go on with may have fewer")
      }
    }
  }
}
