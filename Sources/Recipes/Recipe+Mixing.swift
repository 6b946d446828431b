extension Recipe {
  /// Throws where examples are to be mixed whose targets cannot be.
  func requireMixable(_ targets: Targets) throws(RecipeError) {
    let entries = data.list("transforms") + data.list("augmentation")
    guard let mixing = entries.first(where: { ["mixup", "cutmix"].contains($0.name) }) else {
      return
    }
    guard case .classes = targets else {
      throw RecipeError(
        file: file.name, mixing.place,
        "\(mixing.name) mixes classes, but the data's targets are \(targets.kind)")
    }
    let loss = lossEntry(for: targets).kind
    guard loss?.takesMixtures == true else {
      throw RecipeError(
        file: file.name, mixing.place,
        "\(mixing.name) makes probabilities of classes, which the loss "
          + "\(loss?.variant.name ?? "") does not take; cross_entropy does")
    }
  }
}
