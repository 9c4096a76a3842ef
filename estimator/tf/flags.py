"""The flags of a script: tf.flags, and tf.app.flags."""

from __future__ import annotations

from estimator.core.facade import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "estimator.command_line.callers": "disclaim_key_flags",
        "estimator.command_line.define": (
            "adopt_module_key_flags declare_key_flag DEFINE DEFINE_alias DEFINE_bool DEFINE_boolean DEFINE_enum "
            "DEFINE_enum_class DEFINE_flag DEFINE_float DEFINE_integer DEFINE_list DEFINE_multi DEFINE_multi_enum "
            "DEFINE_multi_enum_class DEFINE_multi_float DEFINE_multi_integer DEFINE_multi_string "
            "DEFINE_spaceseplist DEFINE_string override_value set_default"
        ),
        "estimator.command_line.errors": (
            "CantOpenFlagFileError DuplicateFlagError Error FlagNameConflictsWithMethodError IllegalFlagValueError "
            "UnparsedFlagAccessError UnrecognizedFlagError ValidationError"
        ),
        "estimator.command_line.flag": (
            "BooleanFlag EnumClassFlag EnumFlag Flag MultiEnumClassFlag MultiFlag"
        ),
        "estimator.command_line.holder": "FlagHolder",
        "estimator.command_line.parsers": (
            "ArgumentParser ArgumentSerializer BaseListParser BooleanParser CsvListSerializer "
            "EnumClassListSerializer EnumClassParser EnumClassSerializer EnumParser FloatParser IntegerParser "
            "ListParser ListSerializer WhitespaceSeparatedListParser"
        ),
        "estimator.command_line.shown": "doc_to_help flag_dict_to_args get_help_width text_wrap",
        "estimator.command_line.validators": (
            "mark_bool_flags_as_mutual_exclusive mark_flag_as_required mark_flags_as_mutual_exclusive "
            "mark_flags_as_required multi_flags_validator register_multi_flags_validator register_validator validator"
        ),
        "estimator.command_line.values": "FLAGS FlagValues",
    },
)
